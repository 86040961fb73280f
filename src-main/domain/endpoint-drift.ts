import type { NewEndpoint } from '#contract/hygiene.ts';
import { NEW_NAMES_MAX } from '#contract/hygiene.ts';

/** Fewer days with requests say nothing about what is usual for a key: of a new one everything is new. */
const BASELINE_DAYS_MIN = 3;

/** Which endpoints a key called: in the last 24 hours, with allowed requests of each, beside those of the 28 days before. */
export interface EndpointUse {
  readonly recent: ReadonlyMap<string, number>;
  readonly usual: ReadonlySet<string>;
  /** Days before with requests. */
  readonly baselineDays: number;
  /** Are all of those days told, or were there more endpoints than are told apart? */
  readonly isUsualWhole: boolean;
}

/** Endpoints of the last 24 hours that the key did not call before, the most called ones first, at most NEW_NAMES_MAX. null where that
 *  cannot be said: with too few days to compare with, or when days before were not told whole, and what looks new may be old. */
export function newEndpointsOf({
  recent,
  usual,
  baselineDays,
  isUsualWhole,
}: EndpointUse): readonly NewEndpoint[] | null {
  if (baselineDays < BASELINE_DAYS_MIN || !isUsualWhole) return null;
  return [...recent]
    .filter(([endpoint]) => !usual.has(endpoint))
    .map(([endpoint, requests]) => ({ endpoint, requests }))
    .sort((a, b) => b.requests - a.requests || (a.endpoint < b.endpoint ? -1 : 1))
    .slice(0, NEW_NAMES_MAX);
}
