import type { Output } from '#contract/contract.ts';
import type { SharingEvidence } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import type { KeyHealth } from './key-health.ts';

/** Rules that are named. */
export const NAMED_MAX = 20;

/** Answers hygiene.callers, in the order asked. */
export function callersOf(health: KeyHealth, keyIds: readonly KeyId[]): Output<'hygiene.callers'> {
  const suspected = new Set(health.suspected);
  return keyIds.map((keyId) => {
    const habits = health.habits.get(keyId);
    return {
      keyId,
      isSuspected: suspected.has(keyId),
      evidence: habits === undefined ? null : evidenceOf(habits),
    };
  });
}

/** What is told of the habits of a key; of many new names the first. */
export function evidenceOf(habits: KeyHabits): SharingEvidence {
  const { callers, callersADay, callersWeek, networks, networksADay } = habits;
  const { agents, agentsADay, newNetworks, newAgents, baselineDays, parties } = habits;
  return {
    ...{ callers, callersADay, callersWeek, networks, networksADay, agents, agentsADay, baselineDays },
    ...{ newNetworks, newAgents, parties: parties.length },
  };
}
