import type { KeySpike } from '#contract/spikes.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** `4,210 requests in 10 minutes; usual is 120, most in 7 days 310`. */
export function spikeSentence({
  requests,
  usual,
  most,
}: Pick<KeySpike, 'requests' | 'usual' | 'most'>): string {
  return `${counted(requests, 'request')} in 10 minutes; usual is ${count(usual)}, most in 7 days ${count(most)}`;
}
