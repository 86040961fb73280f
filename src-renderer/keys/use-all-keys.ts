import { useCallback } from 'react';
import type { CallInput, Output } from '#contract/contract.ts';
import { BULK_KEYS_MAX } from '#contract/key-bulk.ts';
import { KEY_PAGE_MAX, type KeyListItem } from '#contract/keys.ts';
import { useApiClient } from '#renderer/api/api-context.tsx';

/** What a list of keys asks for. */
export type KeysQuestion = Pick<CallInput<'keys.list'>, 'filter' | 'sort'>;

/** Fetches every key of a list, up to what one bulk command takes. Rejects when a page cannot be had. */
export function useAllKeys(): (question: KeysQuestion) => Promise<readonly KeyListItem[]> {
  const client = useApiClient();
  return useCallback(
    async (question) => {
      const all: KeyListItem[] = [];
      let cursor: string | null = null;
      do {
        const page: Output<'keys.list'> = await client.call('keys.list', {
          ...question,
          limit: KEY_PAGE_MAX,
          ...(cursor === null ? {} : { cursor }),
        });
        all.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && all.length < BULK_KEYS_MAX);
      return all.slice(0, BULK_KEYS_MAX);
    },
    [client],
  );
}
