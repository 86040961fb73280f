import type { LeakMatch } from '#contract/leaks.ts';
import type { Rule } from '#contract/scopes.ts';

const STATES: readonly LeakMatch['state'][] = ['usable', 'unproven', 'dead'];
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The most dangerous first: what works now, live before test, what may change something, what is limited least by what it may, what
 *  was used most. The order of equals is that of their ids. */
export function byDanger(one: LeakMatch, other: LeakMatch): number {
  return (
    STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
    rank(other.environment === 'live') - rank(one.environment === 'live') ||
    rank(other.canWrite) - rank(one.canWrite) ||
    other.mayCount - one.mayCount ||
    rank(one.limits.length > 0) - rank(other.limits.length > 0) ||
    (other.lastDay?.total ?? 0) - (one.lastDay?.total ?? 0) ||
    (one.keyId < other.keyId ? -1 : 1)
  );
}

/** May some request that these rules allow change something? Denials are not taken off: it is a warning, not a decision. */
export function canWrite(rules: readonly Rule[]): boolean {
  return rules.some(
    ({ effect, methods }) => effect === 'allow' && methods.some((method) => !READING.has(method)),
  );
}

function rank(claim: boolean): number {
  return claim ? 1 : 0;
}
