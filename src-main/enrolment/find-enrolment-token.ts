import { timingSafeEqual } from 'node:crypto';
import type { UseCaseContext } from '#main/context.ts';
import { isTokenLive } from '#main/domain/is-token-live.ts';
import { isEnrolmentToken } from '#main/domain/key-format.ts';
import type { StoredEnrolmentToken } from '#main/sqlite/stored-enrolment.ts';

/** The enrolment token with this text; null when it is unknown, expired or revoked, which look the same from outside. */
export function findEnrolmentToken(
  { db, keyring, nowMs }: Pick<UseCaseContext, 'db' | 'keyring' | 'nowMs'>,
  text: string,
  /** Told of a good token that is kept under a retired pepper, and by which hash. */
  onRetired?: (former: Buffer) => void,
): StoredEnrolmentToken | null {
  if (!isEnrolmentToken(text)) return null;
  const find = (hash: Buffer) => {
    const token = db.enrolment.findByHash(hash);
    if (token === null || !timingSafeEqual(token.hash, hash)) return null;
    return isTokenLive(token, nowMs) ? token : null;
  };
  return keyring.peppers.find(text, find, onRetired);
}
