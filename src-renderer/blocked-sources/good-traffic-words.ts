import type { BlockPreview } from '#contract/blocked-sources.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** Keys that a sentence names. */
const KEYS_NAMED_MAX = 5;

/** What a block of one network would stop. */
export function goodTrafficSentence({ network, blockedBy, goodTraffic }: BlockPreview): string {
  const known = blockedBy === null ? '' : ` It is in ${blockedBy}, which is blocked already.`;
  if (goodTraffic === null) {
    return `${network}: the request log does not answer, so nobody knows whom this would stop.${known}`;
  }
  const { requests, isExact, keys } = goodTraffic;
  if (requests === 0) {
    return isExact
      ? `${network}: no good request came from there in the last seven days.${known}`
      : `${network}: none of the newest requests that passed came from there; older ones were not searched.${known}`;
  }
  const named = keys
    .slice(0, KEYS_NAMED_MAX)
    .map(
      ({ name, applicationName, partnerName, requests: own }) =>
        `${name} (${[applicationName, partnerName].filter((part) => part !== '').join(', ')}): ${count(own)}`,
    );
  const more = keys.length > KEYS_NAMED_MAX ? '; and others' : '';
  return `Careful: ${isExact ? '' : 'at least '}${counted(requests, 'good request')} of the last seven days came from ${network} and would be refused. ${named.join('; ')}${more}.${known}`;
}
