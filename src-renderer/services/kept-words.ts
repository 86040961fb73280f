/** What it costs that a service may keep answers about keys of an environment for so many seconds. */
export function keptConsequence(environment: 'live' | 'test', seconds: number): string {
  if (seconds === 0) return 'Answers are not kept: a revoked key is refused at its next request.';
  return `A revoked or changed ${environment} key may pass for up to ${String(seconds)} s at services that keep answers. Keys with limits, quotas or hours, and signed requests, are asked about each time.`;
}

/** What a service may keep, in a few words for its page; null when that is nothing. */
export function keptSummary(kept: { readonly live: number; readonly test: number }): string | null {
  const parts = [
    ...(kept.live === 0 ? [] : [`a revoked live key may pass for up to ${String(kept.live)} s`]),
    ...(kept.test === 0 ? [] : [`a revoked test key may pass for up to ${String(kept.test)} s`]),
  ];
  return parts.length === 0 ? null : `may keep answers: ${parts.join(', ')}`;
}
