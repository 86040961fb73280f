import type { DeliveryId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { createLetterQueries, type StoredLetter } from '#main/sqlite/letter-queries.ts';
import { openLetter, sealLetter } from './letter-seal.ts';

/** The words of a letter that did not arrive, for another delivery; whoever adds it erases the former one, so that they are kept in one
 *  place. Throws WRONG_STATUS when they are not kept any more. */
export function letterAgain(
  { db, keyring }: UseCaseContext,
  former: DeliveryId,
  next: DeliveryId,
): StoredLetter {
  const letter = createLetterQueries(db.handle).get(former);
  const text = letter === null || letter.sealed === null ? null : openLetter(keyring, former, letter.sealed);
  if (letter === null || text === null) {
    throw new AppError(
      'WRONG_STATUS',
      'What this mail said is not kept: it may have held a code or a link. Write to the contact anew.',
    );
  }
  return {
    deliveryId: next,
    onceKey: null,
    subject: letter.subject,
    sealed: sealLetter(keyring, next, text),
  };
}
