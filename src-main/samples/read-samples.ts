import { z } from 'zod';
import { partnerId, serviceId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { SampleRoots } from '#main/sqlite/sample-queries.ts';

const roots = z.object({ partnerIds: z.array(partnerId), serviceId });

/** What the sample data in the store consist of; null when there are none. */
export function readSamples({ db }: Pick<UseCaseContext, 'db'>): SampleRoots | null {
  const text = db.store.get('samples');
  return text === null ? null : roots.parse(JSON.parse(text));
}
