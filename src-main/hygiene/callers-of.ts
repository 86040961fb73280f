import type { Output } from '#contract/contract.ts';
import type { SharingEvidence } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import type { KeyHealth } from './key-health.ts';

/** Rules that are named. */
export const NAMED_MAX = 20;

/** Answers hygiene.callers, in the order asked. */
export function callersOf(health: KeyHealth, keyIds: readonly KeyId[]): Output<'hygiene.callers'> {
  const suspected = new Set(health.suspected);
  return keyIds.map((keyId) => ({
    keyId,
    isSuspected: suspected.has(keyId),
    evidence: evidenceOf(health, keyId),
  }));
}

/** What is told of the habits of a key, of many new names the first; null without a request. */
export function evidenceOf(
  { habits: all, otherApps }: Pick<KeyHealth, 'habits' | 'otherApps'>,
  keyId: KeyId,
): SharingEvidence | null {
  const habits = all.get(keyId);
  if (habits === undefined) return null;
  const { callers, callersADay, callersWeek, networks, networksADay } = habits;
  const { agents, agentsADay, newNetworks, newAgents, baselineDays, parties, newEndpoints } = habits;
  return {
    ...{ callers, callersADay, callersWeek, networks, networksADay, agents, agentsADay, baselineDays },
    ...{ newNetworks, newAgents, parties: parties.length, newEndpoints },
    otherApps: otherApps.get(keyId) ?? [],
  };
}
