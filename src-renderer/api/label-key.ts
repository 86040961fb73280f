import { useQueryClient } from '@tanstack/react-query';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { ApiError } from './client.ts';
import { useUpdateKey } from './commands.ts';
import { queryKey } from './query-keys.ts';

/** What people write on a key, and what no verification looks at. */
type Labels = Partial<Pick<Key, 'name' | 'note'>>;

/** Gives a key another name or note. The screens show it at once; when the server refuses, what was there comes back.
 *  Answers why it was refused, or null. */
export function useLabelKey(): (keyId: KeyId, labels: Labels) => Promise<ApiError | null> {
  const cache = useQueryClient();
  const update = useUpdateKey();
  return async (keyId, labels) => {
    const place = queryKey('keys.get', { keyId });
    const before = cache.getQueryData<Key>(place);
    // An answer on its way would bring back what was there for a moment.
    await cache.cancelQueries({ queryKey: place });
    if (before !== undefined) cache.setQueryData<Key>(place, { ...before, ...labels });
    const outcome = await update.run({ keyId, ...labels });
    if (outcome.ok) return null;
    if (before !== undefined) cache.setQueryData<Key>(place, before);
    return outcome.error;
  };
}
