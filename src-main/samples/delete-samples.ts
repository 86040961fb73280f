import type { Output } from '#contract/contract.ts';
import type { Announcement } from '#contract/events.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { ForgetQuestion } from '#main/requests/requests-messages.ts';
import type { SampleRoots } from '#main/sqlite/sample-queries.ts';
import { readSamples } from './read-samples.ts';

/** What the removal needs beside the store. */
export interface RemovalParts {
  /** Takes a service and its partners out of the request log; how many requests. */
  readonly forget: (question: ForgetQuestion) => Promise<number>;
  readonly announce: (announcement: Announcement) => void;
}

/** Removes sample data, and what was made under their partners and service, from the store in one transaction with one audit
 *  event, then from the log. The mark goes last and is announced then: cut off in between, it is done again from the start.
 *  Throws WRONG_STATUS when there are none. */
export async function deleteSamples(
  context: UseCaseContext,
  { forget, announce }: RemovalParts,
): Promise<Output<'samples.delete'>> {
  const roots = readSamples(context);
  if (roots === null) throw new AppError('WRONG_STATUS', 'There are no sample data to remove.');
  const keys = removeFromStore(context, roots);
  const requests = await forget(roots);
  context.db.store.delete('samples');
  // The command's own announcement came while mark and requests were still there.
  announce({ kind: 'changed', subjects: ['settings', 'requests'] });
  return { keys, requests };
}

function removeFromStore(context: UseCaseContext, roots: SampleRoots): number {
  const { samples, templates } = context.db;
  const keyIds = samples.keyIds(roots);
  context.command(() => {
    const scopeIds = new Set(samples.scopeIds(roots));
    for (const template of templates.list()) {
      const kept = template.scopeIds.filter((id) => !scopeIds.has(id));
      if (kept.length < template.scopeIds.length) templates.put({ ...template, scopeIds: kept });
    }
    samples.remove(roots);
    return {
      value: { keys: keyIds.length, requests: 0 },
      audit: {
        action: 'samples.delete',
        subject: { kind: 'store', id: 'samples', name: 'Sample data' },
        before: { ...roots, keyIds },
      },
      changed: ['keys', 'applications', 'partners', 'services', 'scopes', 'endpoints', 'templates'],
    };
  });
  return keyIds.length;
}
