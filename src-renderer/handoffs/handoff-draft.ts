import type { OnExpiry } from '#contract/handoffs.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import type { Option } from '#renderer/ui/select.tsx';

/** Lives of a link to choose from. */
export const LIVES = ['1h', '24h', '7d'] as const;
export type Life = (typeof LIVES)[number];

const LIFE_MS: Readonly<Record<Life, number>> = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS };

/** The same as choices of a field. */
export const LIFE_OPTIONS: readonly Option<Life>[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
];

/** What a person fills in about a recipient. */
export interface HandoffDraft {
  readonly recipientName: string;
  readonly recipientContact: string;
  readonly message: string;
  readonly note: string;
  readonly life: Life;
  readonly onExpiry: OnExpiry;
}

/** A draft for a recipient of whom only the address is known. */
export function startDraft(contact: string): HandoffDraft {
  return {
    recipientName: '',
    recipientContact: contact,
    message: '',
    note: '',
    life: '24h',
    onExpiry: 'keep',
  };
}

/** The fields as procedures take them. */
export function draftFields(draft: HandoffDraft) {
  const { recipientName, recipientContact, message, note, onExpiry } = draft;
  return { recipientName, recipientContact, message, note, onExpiry, expiresInMs: LIFE_MS[draft.life] };
}

/** Why it cannot be sent yet; undefined when it can. */
export function draftProblem(draft: HandoffDraft): string | undefined {
  return draft.recipientName.trim() === '' ? 'Say who receives the key.' : undefined;
}

/** How long a link of this life is good, ms. */
export function lifeMs(life: Life): number {
  return LIFE_MS[life];
}
