import type { KeyId } from '#contract/ids.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { Pause } from './each-stretch.ts';
import { noUses, type Uses, type UsesByPrincipal } from './habit-days.ts';
import { habitsOfDay } from './keep-habits.ts';
import { addOne, readHabits } from './read-habits.ts';
import type { KeyHabits } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

const DAY_MS = 86_400_000;
/** Days before the last 24 hours that say what is usual for a key. */
const BASELINE_DAYS = 28;
/** Whole days before the last 24 hours that are part of a week. */
const WEEK_DAYS = 6;

/** How each key with requests in the last 29 days was used: in the last 24 hours, and on each of the 28 whole days (UTC) before. */
export async function keyHabits(
  store: RequestsStore,
  nowMs: number,
  pause: Pause,
): Promise<readonly KeyHabits[]> {
  const recentFromMs = nowMs - DAY_MS;
  const lastDay = Math.floor(recentFromMs / DAY_MS) - 1;
  const firstDay = lastDay - BASELINE_DAYS + 1;
  const usesIn = (fromMs: number, toMs: number) =>
    inSteps(readHabits(store.db, { fromId: firstRowOf(fromMs), toId: firstRowOf(toMs) }), pause);
  const found = new Map<KeyId, Mutable>();
  const principals = new Map(store.db.dimensions.allPrincipals().map((row) => [row.id, row.keyId]));
  const each = (uses: UsesByPrincipal, take: (habits: Mutable, uses: Uses) => void) => {
    // Several principals of one key are one key: its secrets, its former names.
    for (const [principalId, one] of uses) {
      const keyId = principals.get(principalId);
      if (keyId === undefined) continue;
      const habits = found.get(keyId) ?? noHabits(keyId);
      found.set(keyId, habits);
      take(habits, one);
    }
  };
  for (let day = firstDay; day <= lastDay; day += 1) {
    const ofDay = new Map<Mutable, Pick<Uses, 'callers' | 'networks' | 'agents'>>();
    each(await inSteps(habitsOfDay(store, day), pause), (habits, uses) => {
      const sums = ofDay.get(habits) ?? noUses();
      ofDay.set(habits, sums);
      addAll(sums.callers, uses.callers);
      addAll(sums.networks, uses.networks);
      addAll(sums.agents, uses.agents);
      addBaseline(habits, uses);
      if (day > lastDay - WEEK_DAYS) addAll(habits.weekCallers, uses.callers);
    });
    for (const [habits, { callers, networks, agents }] of ofDay) {
      habits.baselineDays += 1;
      habits.callersADay = Math.max(habits.callersADay, callers.size);
      habits.networksADay = Math.max(habits.networksADay, networks.size);
      habits.agentsADay = Math.max(habits.agentsADay, agents.size);
    }
  }
  // What lies between the last whole day and the last 24 hours is usual, too, but no day.
  each(await usesIn((lastDay + 1) * DAY_MS, recentFromMs), (habits, uses) => {
    addBaseline(habits, uses);
    addAll(habits.weekCallers, uses.callers);
  });
  each(await usesIn(recentFromMs, nowMs + DAY_MS), (habits, uses) => {
    addAll(habits.callers, uses.callers);
    addAll(habits.weekCallers, uses.callers);
    addAll(habits.networks, uses.networks);
    addAll(habits.agents, uses.agents);
    addAll(habits.rules, uses.rules);
    habits.allowed += uses.allowed;
  });
  return [...found.values()].map(toHabits);
}

interface Mutable extends Uses {
  readonly keyId: KeyId;
  readonly weekCallers: Set<number>;
  readonly usualNetworks: Set<string>;
  readonly usualAgents: Set<string>;
  baselineDays: number;
  callersADay: number;
  networksADay: number;
  agentsADay: number;
}

function noHabits(keyId: KeyId): Mutable {
  const usual = { usualNetworks: new Set<string>(), usualAgents: new Set<string>() };
  const days = { baselineDays: 0, callersADay: 0, networksADay: 0, agentsADay: 0 };
  return { keyId, ...noUses(), ...usual, ...days, weekCallers: new Set() };
}

function addBaseline(habits: Mutable, uses: Uses): void {
  addAll(habits.usualNetworks, uses.networks);
  addAll(habits.usualAgents, uses.agents);
  addAll(habits.rules, uses.rules);
  habits.allowed += uses.allowed;
}

function toHabits(habits: Mutable): KeyHabits {
  const { keyId, baselineDays, callersADay, networksADay, agentsADay, allowed } = habits;
  return {
    ...{ keyId, baselineDays, callersADay, networksADay, agentsADay, allowed },
    callers: habits.callers.size,
    callersWeek: habits.weekCallers.size,
    networks: habits.networks.size,
    agents: habits.agents.size,
    newNetworks: [...habits.networks].filter((one) => !habits.usualNetworks.has(one)).sort(),
    newAgents: [...habits.agents].filter((one) => !habits.usualAgents.has(one)).sort(),
    rules: [...habits.rules],
  };
}

/** Runs something that works in steps; others have a turn after each. */
async function inSteps<Result>(work: Generator<void, Result, void>, pause: Pause): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

function addAll<One>(to: Set<One>, from: ReadonlySet<One>): void {
  for (const one of from) addOne(to, one);
}
