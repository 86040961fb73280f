import type { HandoffChannel, HandoffState } from '#contract/handoffs.ts';

/** What can happen to a handoff. `withdraw_secret`: it is withdrawn, and what it delivered is refused from then on. */
export const HANDOFF_STEPS = [
  'open',
  'reveal',
  'lock_out',
  'use',
  'expire',
  'withdraw',
  'withdraw_secret',
] as const;
export type HandoffStep = (typeof HANDOFF_STEPS)[number];

/** What decides about the next step. Times in ms UTC. */
export interface HandoffFacts {
  readonly state: HandoffState;
  readonly channel: HandoffChannel;
  readonly expiresAtMs: number | null;
}

/** The state as it is at `nowMs`: one that nobody revealed has expired at that very millisecond, whether a timer saw it or not. */
export function handoffStateAt(facts: HandoffFacts, nowMs: number): HandoffState {
  const { state, expiresAtMs } = facts;
  return isWaiting(state) && expiresAtMs !== null && nowMs >= expiresAtMs ? 'expired' : state;
}

/** The state after `step`; null when the step cannot be taken. Nothing is revealed twice, and what has ended stays ended, except
 *  that a secret can be withdrawn after its first use. */
export function handoffStateAfter(
  facts: HandoffFacts,
  step: HandoffStep,
  nowMs: number,
): HandoffState | null {
  return STEPS[step](handoffStateAt(facts, nowMs), facts);
}

/** May the recipient still get the secret? */
export function isWaiting(state: HandoffState): boolean {
  return state === 'prepared' || state === 'opened';
}

const whileWaiting = (next: HandoffState) => (state: HandoffState) => (isWaiting(state) ? next : null);

const STEPS: Readonly<
  Record<HandoffStep, (state: HandoffState, facts: HandoffFacts) => HandoffState | null>
> = {
  open: whileWaiting('opened'),
  reveal: whileWaiting('revealed'),
  lock_out: whileWaiting('locked_out'),
  expire: (state, facts) => (state === 'expired' && isWaiting(facts.state) ? 'expired' : null),
  // A file is out of our hands: whoever has it could still open it.
  withdraw: (state, { channel }) => (channel !== 'sealed_file' && isWaiting(state) ? 'withdrawn' : null),
  // Nobody tells when a file is opened.
  use: (state, { channel }) =>
    state === 'revealed' || (channel === 'sealed_file' && isWaiting(state)) ? 'confirmed' : null,
  withdraw_secret: (state) =>
    isWaiting(state) || state === 'revealed' || state === 'confirmed' ? 'withdrawn' : null,
};
