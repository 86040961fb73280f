import { CALLERS_TOLD_MAX } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import { crc32 } from '#contract/crc32.ts';
import { parseAddress } from '#main/domain/ip-address.ts';
import { userAgentFamilies } from '#main/domain/user-agent.ts';
import { habitsIn } from '#main/sqlite/requests-habit-queries.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import type { Uses, UsesByPrincipal } from './habit-days.ts';
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
  store.habits.forgetBefore(firstDay);
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
    each(await usesOfDay(store, day, pause), (habits, uses) => {
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
  each(await usesIn(store, (lastDay + 1) * DAY_MS, recentFromMs, pause), (habits, uses) => {
    addBaseline(habits, uses);
    addAll(habits.weekCallers, uses.callers);
  });
  each(await usesIn(store, recentFromMs, nowMs + DAY_MS, pause), (habits, uses) => {
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

/** Days that are over do not change any more. */
async function usesOfDay(store: RequestsStore, day: number, pause: Pause): Promise<UsesByPrincipal> {
  const known = store.habits.get(day);
  if (known !== undefined) return known;
  const uses = await usesIn(store, day * DAY_MS, (day + 1) * DAY_MS, pause);
  store.habits.keep(day, uses);
  return uses;
}

async function usesIn(
  store: RequestsStore,
  fromMs: number,
  toMs: number,
  pause: Pause,
): Promise<UsesByPrincipal> {
  const uses = new Map<number, Uses>();
  if (fromMs >= toMs) return uses;
  const range = { fromId: firstRowOf(fromMs), toId: firstRowOf(toMs) };
  const search = { condition: {}, cells: null, rowIds: null };
  await eachStretch({ store, search, range, pause }, (stretch) => {
    for (const row of habitsIn(store.db.rows.days, stretch)) {
      const one = uses.get(row.principalId) ?? noUses();
      uses.set(row.principalId, one);
      if (row.clientIp !== null || row.userAgent !== null) {
        addOne(one.callers, crc32(`${row.clientIp ?? ''} ${row.userAgent ?? ''}`));
      }
      if (row.clientIp !== null) addOne(one.networks, networkOf(row.clientIp));
      if (row.userAgent !== null) addOne(one.agents, agentOf(row.userAgent));
      if (row.rule !== null && row.allowed > 0) addOne(one.rules, row.rule);
      one.allowed += row.allowed;
    }
    return 'more';
  });
  return uses;
}

function noUses(): Uses {
  return { callers: new Set(), networks: new Set(), agents: new Set(), rules: new Set(), allowed: 0 };
}

function addAll<One>(to: Set<One>, from: ReadonlySet<One>): void {
  for (const one of from) addOne(to, one);
}

function addOne<One>(to: Set<One>, one: One | null): void {
  if (one !== null && to.size < CALLERS_TOLD_MAX) to.add(one);
}

/** The neighbourhood of an address, within which one customer moves: `203.0.113.0/24`, `2001:db8:1::/48`. */
function networkOf(clientIp: string): string | null {
  const address = parseAddress(clientIp);
  if (address === null) return null;
  if (address.parts.length === 4) return `${address.parts.slice(0, 3).join('.')}.0/24`;
  const [a = 0, b = 0, c = 0] = address.parts;
  return `${a.toString(16)}:${b.toString(16)}:${c.toString(16)}::/48`;
}

/** The program, whatever its version. */
function agentOf(userAgent: string): string {
  return [...userAgentFamilies(userAgent)].slice(0, 4).join(' ') || 'unnamed';
}
