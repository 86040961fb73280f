import type { KeyId } from '#contract/ids.ts';
import { NEW_NAMES_MAX, type ToldApp } from '#contract/hygiene.ts';
import { newEndpointsOf } from '#main/domain/endpoint-drift.ts';
import { partiesOf, type CallerLine } from '#main/domain/sharing-parties.ts';
import { addOne, isCut, type Uses, type Way } from './habit-days.ts';
import type { HabitTexts } from './habit-texts.ts';
import type { KeyHabits } from './requests-messages.ts';

/** Ways of calling of one key that are told apart in a month: of more the first. A fleet's further ones are like those. */
const LINES_MAX = 512;

/** Where a stretch of time stands in the time that is asked about. */
export interface StretchTime {
  /** A whole day before, what lies between the last of them and the last 24 hours, or these. */
  readonly kind: 'day' | 'rest' | 'recent';
  readonly atMs: number;
  /** Within the last week? */
  readonly isOfWeek: boolean;
}

interface Line {
  readonly way: Way;
  requests: number;
  readonly days: { readonly atMs: number; readonly hours: number; readonly isOfWeek: boolean }[];
  readonly endpoints: Map<number, number>;
}

/** Adds up how one key was used, stretch after stretch. */
export class SumOfKey {
  readonly #texts: HabitTexts;
  readonly #week = new Set<number>();
  readonly #rules = new Set<number>();
  readonly #usualNetworks = new Set<number>();
  readonly #usualAgents = new Set<number>();
  readonly #usualEndpoints = new Set<number>();
  readonly #lines = new Map<string, Line>();
  #recent: Uses | null = null;
  #allowed = 0;
  #baselineDays = 0;
  #callersADay = 0;
  #networksADay = 0;
  #agentsADay = 0;
  #isUsed = false;
  #isUsualWhole = true;

  constructor(texts: HabitTexts) {
    this.#texts = texts;
  }

  get isUsed(): boolean {
    return this.#isUsed;
  }

  add({ kind, atMs, isOfWeek }: StretchTime, uses: Uses): void {
    this.#isUsed = true;
    this.#allowed += uses.allowed;
    addAll(this.#rules, uses.rules);
    if (isOfWeek) addAll(this.#week, uses.callers);
    if (kind === 'recent') this.#recent = uses;
    else {
      addAll(this.#usualNetworks, uses.networks);
      addAll(this.#usualAgents, uses.agents);
      for (const { endpoints } of uses.ways)
        for (const endpoint of endpoints.keys()) this.#usualEndpoints.add(endpoint);
      if (isCut(uses)) this.#isUsualWhole = false;
    }
    if (kind === 'day') {
      this.#baselineDays += 1;
      this.#callersADay = Math.max(this.#callersADay, uses.callers.size);
      this.#networksADay = Math.max(this.#networksADay, uses.networks.size);
      this.#agentsADay = Math.max(this.#agentsADay, uses.agents.size);
    }
    for (const way of uses.ways) {
      const line = this.#lineOf(way);
      if (line === null) continue;
      line.requests += way.requests;
      line.days.push({ atMs, hours: way.hours, isOfWeek });
      for (const [endpoint, count] of way.endpoints) {
        line.endpoints.set(endpoint, (line.endpoints.get(endpoint) ?? 0) + count);
      }
    }
  }

  habits(keyId: KeyId): KeyHabits {
    const recent = this.#recent;
    const named = (numbers: Iterable<number>): string[] =>
      [...numbers].flatMap((number) => this.#texts.textOf(number) ?? []);
    const newOnes = (all: ReadonlySet<number> | undefined, usual: ReadonlySet<number>): string[] =>
      named([...(all ?? [])].filter((one) => !usual.has(one))).sort();
    return {
      keyId,
      baselineDays: this.#baselineDays,
      callersADay: this.#callersADay,
      networksADay: this.#networksADay,
      agentsADay: this.#agentsADay,
      allowed: this.#allowed,
      callers: recent?.callers.size ?? 0,
      callersWeek: this.#week.size,
      networks: recent?.networks.size ?? 0,
      agents: recent?.agents.size ?? 0,
      newNetworks: newOnes(recent?.networks, this.#usualNetworks).slice(0, NEW_NAMES_MAX),
      newAgents: newOnes(recent?.agents, this.#usualAgents).slice(0, NEW_NAMES_MAX),
      rules: named(this.#rules),
      ...partiesOf([...this.#lines.values()].map((line) => this.#callerLine(line))),
      apps: this.#apps(),
      newEndpoints: newEndpointsOf({
        recent: this.#recentEndpoints(),
        usual: new Set(named(this.#usualEndpoints)),
        baselineDays: this.#baselineDays,
        isUsualWhole: this.#isUsualWhole,
      }),
    };
  }

  /** By name, the most used first. */
  #apps(): readonly ToldApp[] {
    const counts = new Map<string, number>();
    for (const { way, requests } of this.#lines.values()) {
      const name = this.#texts.textOf(way.app);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + requests);
    }
    return [...counts]
      .map(([name, requests]) => ({ name, requests }))
      .sort((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1));
  }

  #recentEndpoints(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { endpoints } of this.#recent?.ways ?? []) {
      for (const [number, requests] of endpoints) {
        const endpoint = this.#texts.textOf(number);
        if (endpoint !== null) counts.set(endpoint, (counts.get(endpoint) ?? 0) + requests);
      }
    }
    return counts;
  }

  /** null when there are as many others as are told apart. */
  #lineOf(way: Way): Line | null {
    const name = `${String(way.network)} ${String(way.program)} ${String(way.app)}`;
    let line = this.#lines.get(name);
    if (line === undefined) {
      if (this.#lines.size >= LINES_MAX) return null;
      line = { way, requests: 0, days: [], endpoints: new Map() };
      this.#lines.set(name, line);
    }
    return line;
  }

  #callerLine({ way, requests, days, endpoints }: Line): CallerLine {
    const text = (number: number): string | null => this.#texts.textOf(number);
    return {
      network: text(way.network),
      program: text(way.program),
      app: text(way.app),
      requests,
      days,
      endpoints: new Map(
        [...endpoints].flatMap(([number, count]) => {
          const endpoint = text(number);
          return endpoint === null ? [] : [[endpoint, count] as const];
        }),
      ),
    };
  }
}

function addAll(to: Set<number>, from: ReadonlySet<number>): void {
  for (const one of from) addOne(to, one);
}
