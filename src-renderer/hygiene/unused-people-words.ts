import type { UnusedPerson } from '#contract/unused-by-person.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** How many of their keys a person uses: `none of 2 keys`. */
export function usesText({ keyCount, unusedCount }: Pick<UnusedPerson, 'keyCount' | 'unusedCount'>): string {
  const used = keyCount - unusedCount;
  return `${used === 0 ? 'none' : count(used)} of ${counted(keyCount, 'key')}`;
}
