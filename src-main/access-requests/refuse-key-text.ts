import { redactKeys } from '#main/domain/redact-keys.ts';
import { AppError } from '#main/platform/app-error.ts';

/** What a field is told that holds a key. */
export const KEY_TEXT_PROBLEM = 'This holds the text of a key, which is never stored. Take it out.';

/** Throws INVALID_INPUT for a text that holds a key or token of ours. */
export function refuseKeyText(path: string, text: string): void {
  if (redactKeys(text) !== text) throw inputProblem(path, KEY_TEXT_PROBLEM);
}

/** INVALID_INPUT about one field. */
export function inputProblem(path: string, message: string): AppError {
  return new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
}
