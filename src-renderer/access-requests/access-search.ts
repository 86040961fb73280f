import { z } from 'zod';
import { ACCESS_REQUEST_STATES, type AccessRequestFilter } from '#contract/access-requests.ts';
import { accessRequestId } from '#contract/ids.ts';
import { optionalText, optionalWord } from '#renderer/format/search.ts';

/** Everything about the key requests that the address holds. What cannot be read is left out. */
export const accessSearch = z.object({
  text: optionalText,
  state: optionalWord(ACCESS_REQUEST_STATES),
  /** The one that is shown beside the list. */
  id: accessRequestId.optional().catch(undefined),
});
export type AccessSearch = z.output<typeof accessSearch>;

/** The server's filter for a search. */
export function accessFilterOf({ text, state }: AccessSearch): AccessRequestFilter {
  return { ...(text !== undefined && { text }), ...(state !== undefined && { state }) };
}
