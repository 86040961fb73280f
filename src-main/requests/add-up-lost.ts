import type { LogStats } from './requests-messages.ts';

/** Rows lost, summed up by reason, most first. */
export function addUpLost(lost: LogStats['lostByReason']): LogStats['lostByReason'] {
  const sums = new Map<string, number>();
  for (const { reason, count } of lost) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return [...sums].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
