import type { Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { Overlap } from '#contract/overlap.ts';
import type { Caller } from '#contract/usage.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { absoluteTime } from '#renderer/format/time.ts';

/** In this last share of its overlap an old secret that is still in use is an alarm. */
const LAST_SHARE = 0.1;

type Usage = Output<'usage.rotation'>;

/** Who has used the old secret within the last hour, and who not since. Both in the server's order. */
export function splitCallers(usage: Pick<Usage, 'retiringCallers' | 'windowFrom'>): {
  readonly active: readonly Caller[];
  readonly silent: readonly Caller[];
} {
  const { retiringCallers, windowFrom } = usage;
  return {
    active: retiringCallers.filter((caller) => caller.lastAt >= windowFrom),
    silent: retiringCallers.filter((caller) => caller.lastAt < windowFrom),
  };
}

/** Is less than a tenth of the overlap left while somebody still uses the old secret? */
export function endsSoon(
  key: Pick<Key, 'secrets'>,
  overlap: Pick<Overlap, 'endsAt'>,
  usage: Pick<Usage, 'retiringCallers' | 'windowFrom'> | undefined,
  nowMs: number,
): boolean {
  if (usage === undefined || splitCallers(usage).active.length === 0) return false;
  const rotatedAt = key.secrets.find((secret) => secret.state === 'current')?.createdAt ?? nowMs - HOUR_MS;
  const lengthMs = overlap.endsAt - rotatedAt;
  return overlap.endsAt - nowMs < lengthMs * LAST_SHARE;
}

/** A mail to the key's contact: what ends when, and which of their programs still have to move. */
export function messageToContact(
  key: Pick<Key, 'name' | 'hint'>,
  overlap: Overlap,
  callers: readonly Caller[],
): { readonly subject: string; readonly text: string } {
  const lines = [
    `The secret of the API key “${key.name}” (${key.hint}) was replaced by a newer one.`,
    `The old secret ends on ${absoluteTime(overlap.endsAt, 'utc')}. Please use the newer one before that.`,
    ...(overlap.comingBrownouts.length === 0
      ? []
      : [
          '',
          'Before that it is refused for short times, so that nothing is forgotten:',
          ...overlap.comingBrownouts.map(
            ({ from, to }) => `- ${absoluteTime(from, 'utc')} to ${absoluteTime(to, 'utc')}`,
          ),
        ]),
    ...(callers.length === 0 ? [] : ['', 'The old secret was used in the last hour by:']),
    ...callers.map(
      ({ clientIp, userAgent, tags, lastAt }) =>
        `- ${[clientIp ?? 'unknown address', userAgent ?? 'unknown program', ...tags].join(', ')}, last ${absoluteTime(lastAt, 'utc')}`,
    ),
  ];
  return { subject: `The old secret of ${key.name} ends soon`, text: lines.join('\n') };
}
