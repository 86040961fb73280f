import type { HygieneKind, SharingEvidence } from '#contract/hygiene.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { KeysSearch } from '#renderer/keys/keys-search.ts';

/** What a kind is called, why it matters, and the list behind it: the same filter as the server's. */
export interface HygieneWords {
  readonly title: string;
  readonly why: string;
  readonly search: Partial<KeysSearch>;
}

const IN_USE = { status: ['active', 'rotating'] } as const satisfies Partial<KeysSearch>;

/** Every kind in words. */
export const HYGIENE_WORDS: Readonly<Record<HygieneKind, HygieneWords>> = {
  sharing: {
    title: 'Sharing suspected',
    why: 'Callers that cannot well be one party; or suddenly from more networks, or with more programs, than the key itself in the 28 days before.',
    search: { ...IN_USE, sharing: 'suspected' },
  },
  nearExpiry: {
    title: 'Near expiry',
    why: 'They end within 14 days; requests are refused from then on.',
    search: { status: ['expiring'] },
  },
  overScoped: {
    title: 'Over-scoped',
    why: 'In use, with allow rules that decided nothing in the last 29 days.',
    search: { ...IN_USE, scoped: 'over' },
  },
  neverUsed: {
    title: 'Never used',
    why: 'Nobody has sent a request with them. A key that nobody needs can only leak.',
    search: { ...IN_USE, used: 'never' },
  },
  idle: {
    title: 'Idle',
    why: 'Not used for 30 days.',
    search: { ...IN_USE, used: 'long-ago' },
  },
  noExpiry: {
    title: 'No expiry',
    why: 'They work until somebody thinks of them.',
    search: { ...IN_USE, expires: 'never' },
  },
  noLimit: {
    title: 'No limit',
    why: 'Neither they nor their plan limit all their requests: one broken client can take all there is.',
    search: { ...IN_USE, limit: 'none' },
  },
  missingContact: {
    title: 'No contact',
    why: 'Nobody can be told when something happens to them.',
    search: { ...IN_USE, contact: 'missing' },
  },
};

/** Why a key may be shared, in plain words and with the names that are new. */
export function sharingSentence(evidence: SharingEvidence): string {
  const { networks, networksADay, newNetworks, agents, agentsADay, newAgents, baselineDays } = evidence;
  const { parties } = evidence;
  const parts = [
    ...(parties > 1 ? [`Likely ${counted(parties, 'party', 'parties')}`] : []),
    `${counted(networks, 'network')} in the last 24 hours, at most ${String(networksADay)} on any of the ${counted(baselineDays, 'day')} with requests before`,
  ];
  if (newNetworks.length > 0) parts.push(`new: ${shortList(newNetworks)}`);
  if (agents > agentsADay) parts.push(`${counted(agents, 'program')}, at most ${String(agentsADay)} before`);
  if (newAgents.length > 0) parts.push(`new: ${shortList(newAgents)}`);
  return `${parts.join('; ')}.`;
}

const NAMED = 3;

function shortList(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

/** The rules that a key does not use. */
export function unusedRulesSentence(rules: readonly string[]): string {
  return `Never needed: ${shortList(rules)}.`;
}
