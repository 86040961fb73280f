import { z } from 'zod';
import { HANDOFF_CHANNELS, HANDOFF_STATES, type HandoffFilter } from '#contract/handoffs.ts';
import { handoffId, type KeyId } from '#contract/ids.ts';
import { optionalText, optionalWord } from '#renderer/format/search.ts';

/** Everything about the handoffs that the address holds. What cannot be read is left out. */
export const handoffSearch = z.object({
  text: optionalText,
  state: optionalWord(HANDOFF_STATES),
  channel: optionalWord(HANDOFF_CHANNELS),
  /** `yes`: only those that somebody should look at. */
  attention: optionalWord(['yes']),
  /** The one that is shown beside the list. */
  id: handoffId.optional().catch(undefined),
});
export type HandoffSearch = z.output<typeof handoffSearch>;

/** The server's filter for a search. */
export function handoffFilterOf(search: HandoffSearch, keyId?: KeyId): HandoffFilter {
  return {
    ...(keyId !== undefined && { keyId }),
    ...(search.text !== undefined && { text: search.text }),
    ...(search.state !== undefined && { state: [search.state] }),
    ...(search.channel !== undefined && { channel: search.channel }),
    ...(search.attention !== undefined && { needsAttention: true }),
  };
}

/** Is any filter set? The opened handoff is not one. */
export function isHandoffNarrowed(search: HandoffSearch): boolean {
  return Object.keys(handoffFilterOf(search)).length > 0;
}
