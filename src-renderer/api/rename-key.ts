import { useQueryClient } from '@tanstack/react-query';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { ApiError } from './client.ts';
import { useUpdateKey } from './commands.ts';
import { queryKey } from './query-keys.ts';

/** Gives a key another name. The screens show it at once; when the server refuses, the former name comes back.
 *  Answers why it was refused, or null. */
export function useRenameKey(): (keyId: KeyId, name: string) => Promise<ApiError | null> {
  const cache = useQueryClient();
  const update = useUpdateKey();
  return async (keyId, name) => {
    const place = queryKey('keys.get', { keyId });
    const before = cache.getQueryData<Key>(place);
    // An answer on its way would bring the former name back for a moment.
    await cache.cancelQueries({ queryKey: place });
    if (before !== undefined) cache.setQueryData<Key>(place, { ...before, name });
    const outcome = await update.run({ keyId, name });
    if (outcome.ok) return null;
    if (before !== undefined) cache.setQueryData<Key>(place, before);
    return outcome.error;
  };
}
