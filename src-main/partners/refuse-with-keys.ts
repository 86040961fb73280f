import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { HeldBy } from '#main/sqlite/application-queries.ts';

/** Keys that a refusal names. */
const NAMED_MAX = 50;

/** Throws HAS_KEYS while a key stands under an application or a partner, and names the keys that are not revoked. A revoked
 *  key holds its owner too: requests and the trail name it, it is refused as revoked and not as unknown, and it may be restored. */
export function refuseWithKeys({ db }: Pick<UseCaseContext, 'db'>, held: HeldBy, name: string): void {
  const keys = db.applications.keysOf(held, NAMED_MAX);
  const [first] = keys;
  if (first === undefined) return;
  const live = keys.filter(({ isRevoked }) => isRevoked === 0);
  const all = first.total === 1 ? '1 key' : `${String(first.total)} keys`;
  const message =
    live.length === 0
      ? `“${name}” cannot be deleted: it has ${all}, revoked ones only. Revoked keys stay, so that requests and the audit trail keep their names.`
      : `“${name}” cannot be deleted: it has ${all}, not all of them revoked.`;
  const fields = live.map((key, index) => ({
    path: `keys.${String(index)}`,
    message: `“${key.name}” (${key.id})`,
  }));
  throw new AppError('HAS_KEYS', message, fields);
}
