import { readAgeRecipient } from '#main/domain/age-recipient.ts';
import { AppError } from '#main/platform/app-error.ts';

/** The public key of a partner as it is kept; null stays null. Throws INVALID_INPUT, with words that do not repeat the text, for
 *  what nothing can be sealed to. */
export function tidyRecipientKey(text: string | null): string | null {
  if (text === null) return null;
  const read = readAgeRecipient(text);
  if (read.kind === 'key') return read.recipient;
  const { why: message } = read;
  throw new AppError('INVALID_INPUT', `recipientKey: ${message}`, [{ path: 'recipientKey', message }]);
}
