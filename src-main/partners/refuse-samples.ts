import { z } from 'zod';
import type { PartnerId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

const roots = z.object({ partnerIds: z.array(z.string()) });

/** Throws WRONG_STATUS when one of two partners is sample data and the other is not: sample data are removed with all that hangs on
 *  them, and nothing of them is to stay behind. */
export function refuseSamples(
  { db }: Pick<UseCaseContext, 'db'>,
  partners: readonly [PartnerId, PartnerId],
): void {
  const stored = db.store.get('samples');
  if (stored === null) return;
  const { partnerIds } = roots.parse(JSON.parse(stored));
  const [from, to] = partners.map((id) => partnerIds.includes(id));
  if (from === to) return;
  throw new AppError(
    'WRONG_STATUS',
    'Sample data are removed whole one day: nothing can be given to or from a sample partner.',
  );
}
