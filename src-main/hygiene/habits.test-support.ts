import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';

/** Habits of a key that is used from these networks, each as a party of its own when there are several. */
export function habitsFrom(keyId: KeyId, networks: readonly string[]): KeyHabits {
  const at = timestampMs.parse(0);
  return {
    ...{ keyId, baselineDays: 10, callers: 2, callersADay: 2, callersWeek: 2, networks: 2, networksADay: 2 },
    ...{ newNetworks: [], agents: 1, agentsADay: 1, newAgents: [], rules: [], allowed: 10, others: 0 },
    ...{ apps: [], newEndpoints: [] },
    parties:
      networks.length < 2
        ? []
        : networks.map((network) => ({
            ...{ app: null, networks: [network], networkCount: 1, programs: ['curl'], endpoints: [] },
            ...{ endpointCount: 0, requests: 10, hours: [9], days: 3, firstAt: at, lastAt: at },
            ...{ apart: [], commonHours: 1 },
          })),
  };
}
