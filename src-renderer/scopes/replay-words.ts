import type { ReplayCounts, ReplayDraft, ReplayResult } from '#contract/replay.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** What a replay found, as one sentence: `3 of 1,204 requests would now be decided otherwise: 2 newly refused, 1 newly allowed.` */
export function replaySentence({ replayed, same, ...counts }: ReplayCounts): string {
  const changed = replayed - same;
  if (replayed === 0) return 'There are no requests to replay in this time.';
  if (changed === 0) return `None of ${counted(replayed, 'request')} would be decided otherwise.`;
  const parts = [
    [counts.newlyRefused, 'newly refused'],
    [counts.newlyAllowed, 'newly allowed'],
    [counts.refusedOtherwise, 'refused for another reason'],
  ] as const;
  const list = parts.flatMap(([value, words]) => (value === 0 ? [] : [`${count(value)} ${words}`]));
  return `${count(changed)} of ${counted(replayed, 'request')} would be decided otherwise: ${list.join(', ')}.`;
}

/** What a result says beside its counts; empty when there is nothing more to say. */
export function replayRemarks({ counts }: Pick<ReplayResult, 'counts'>): readonly string[] {
  const { alreadySaved, ofOtherKeys } = counts;
  return [
    ...(alreadySaved === 0
      ? []
      : [
          `${count(alreadySaved)} of them would already be decided so by what is saved: it was edited since those requests.`,
        ]),
    ...(ofOtherKeys === 0
      ? []
      : [
          `${counted(ofOtherKeys, 'request')} of other keys that share a limit would be decided otherwise too.`,
        ]),
  ];
}

const FIELD_WORDS = {
  scopeIds: 'scopes',
  rules: 'rules',
  planId: 'plan',
  rateLimit: 'rate limit',
  rateLimits: 'named limits',
  quota: 'quota',
  expiresAt: 'expiry',
  expiryGraceMs: 'grace after the expiry',
  ipAllow: 'addresses',
  originAllow: 'origins',
  userAgentAllow: 'user agents',
  serviceAllow: 'services',
  timeAllow: 'hours',
  bindingMode: 'binding mode',
} as const satisfies Record<keyof ReplayDraft, string>;

/** What a draft speaks of: `scopes, rules`. */
export function draftWords(draft: ReplayDraft): string {
  const said = new Map<string, unknown>(Object.entries(draft));
  return Object.entries(FIELD_WORDS)
    .flatMap(([name, words]) => (said.get(name) === undefined ? [] : [words]))
    .join(', ');
}
