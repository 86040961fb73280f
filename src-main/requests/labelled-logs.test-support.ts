import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { DecisionRow } from './decision-row.ts';
import { DAY, decision, HOUR, NOW, PRINCIPAL } from './log.test-support.ts';

/** A log of one key and how many parties really use it. */
export interface LabelledKey {
  readonly keyId: KeyId;
  readonly kind: string;
  readonly parties: number;
  readonly rows: readonly DecisionRow[];
}

/** One party: what it does on a day. */
interface Habit {
  readonly agent: string;
  readonly network: (day: number, call: number) => string;
  readonly endpoints: readonly (readonly [method: string, path: string])[];
  readonly hours: readonly [from: number, to: number];
  readonly callsADay: number;
  readonly app?: string;
  /** Days before now on which it calls; all of them without. */
  readonly days?: (daysAgo: number) => boolean;
}

const DAYS = 12;
const AGENTS = [
  'python-requests/2',
  'node-fetch/3',
  'okhttp/4',
  'Go-http-client/1',
  'Java/17',
  'axios/1',
  'Guzzle/7',
];
const AREAS = ['inventory', 'offers', 'reports', 'customers', 'prices', 'orders', 'labels'];

/** Chance that is the same in every run. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761 + 1;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  /** So many different ones. */
  some<One>(of: readonly One[], count: number): One[] {
    const left = [...of];
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)).flat();
  }
}

type Maker = (chance: Chance) => readonly Habit[];

const area = (name: string): Habit['endpoints'] => [
  ['GET', `/v1/${name}`],
  ['GET', `/v1/${name}/{n}`],
  ['POST', `/v1/${name}`],
];

function habit(chance: Chance, differs: Partial<Habit> = {}): Habit {
  const [agent = ''] = chance.some(AGENTS, 1);
  const [of = ''] = chance.some(AREAS, 1);
  const from = chance.below(10);
  return {
    agent,
    network: fixed(chance),
    endpoints: area(of),
    hours: [from, from + 10],
    callsADay: 9 + chance.below(9),
    ...differs,
  };
}

function fixed(chance: Chance): Habit['network'] {
  const network = `10.${String(chance.below(250))}.${String(chance.below(250))}`;
  return (_day, call) => `${network}.${String(1 + (call % 3))}`;
}

const rotating =
  (chance: Chance, count: number): Habit['network'] =>
  (day, call) =>
    `52.${String((day * 31 + (call % count) * 7 + chance.below(3)) % 250)}.${String(chance.below(250))}.9`;

/** Keys that one party uses. */
const SINGLE: Readonly<Record<string, Maker>> = {
  'one server': (chance) => [habit(chance)],
  'address behind a NAT that changes': (chance) => {
    const base = habit(chance);
    return [{ ...base, network: (day) => `93.184.${String(Math.floor(day / 3) + 20)}.${String(day + 1)}` }];
  },
  'people with phones': (chance) => [
    habit(chance, { agent: 'AcmeApp/3', network: rotating(chance, 12), hours: [0, 24] }),
  ],
  'an app on two kinds of phones': (chance) => {
    const shared = { endpoints: area('orders'), hours: [0, 24] as const, callsADay: 24 };
    return ['okhttp/4', 'CFNetwork/1410'].map((agent) =>
      habit(chance, { ...shared, agent, network: rotating(chance, 15) }),
    );
  },
  'builds on machines with addresses that change': (chance) => [
    habit(chance, { network: (day, call) => `20.${String(day + 10)}.${String(call >> 3)}.7`, callsADay: 24 }),
  ],
  'versions of one program': (chance) => {
    const base = habit(chance);
    return [0, 1, 2, 3].map((version) => ({
      ...base,
      agent: `feed-client/1.${String(version)}`,
      days: (ago: number) => Math.floor(ago / 3) === version,
    }));
  },
  'a server and somebody who tries by hand': (chance) => {
    const base = habit(chance);
    const byHand = { agent: 'PostmanRuntime/7', callsADay: 5, days: (ago: number) => ago === 2 || ago === 8 };
    return [base, { ...base, ...byHand, network: fixed(chance) }];
  },
  'a move to another host and language': (chance) => {
    const base = habit(chance);
    const other = habit(chance, { endpoints: base.endpoints, agent: 'undici/6', network: fixed(chance) });
    return [
      { ...base, days: (ago) => ago >= 6 },
      { ...other, days: (ago) => ago <= 6 },
    ];
  },
  'two data centres': (chance) => {
    const base = habit(chance);
    return [base, { ...base, network: fixed(chance) }];
  },
  'a site and its worker on one host': (chance) => {
    const [one, other] = chance.some(AREAS, 2);
    const network = fixed(chance);
    return [
      habit(chance, { network, agent: 'axios/1', endpoints: area(one ?? '') }),
      habit(chance, { network, agent: 'python-requests/2', endpoints: area(other ?? '') }),
    ];
  },
  'names of one application with versions': (chance) => {
    const base = habit(chance);
    return ['billing/1.0', 'Billing/1.1'].map((app) => ({ ...base, app, network: fixed(chance) }));
  },
  // Looks as two in every respect: the detective is expected to be wrong here.
  'a site and its worker on two hosts': (chance) => {
    const [one, other] = chance.some(AREAS, 2);
    return [
      habit(chance, { agent: 'axios/1', endpoints: area(one ?? ''), hours: [8, 18] }),
      habit(chance, { agent: 'python-requests/2', endpoints: area(other ?? ''), hours: [8, 18] }),
    ];
  },
};

/** Keys that some teams share. */
const SHARED: Readonly<Record<string, (teams: number) => Maker>> = {
  'programs and endpoints of their own': (teams) => (chance) => {
    const [agents, areas] = [chance.some(AGENTS, teams), chance.some(AREAS, teams)];
    return agents.map((agent, index) =>
      habit(chance, { agent, endpoints: area(areas[index] ?? ''), hours: [7, 18] }),
    );
  },
  'one program, endpoints of their own': (teams) => (chance) =>
    chance
      .some(AREAS, teams)
      .map((of) => habit(chance, { agent: 'python-requests/2', endpoints: area(of), hours: [7, 18] })),
  'programs of their own, the same endpoints': (teams) => (chance) =>
    chance
      .some(AGENTS, teams)
      .map((agent) => habit(chance, { agent, endpoints: area('offers'), hours: [7, 18] })),
  'one address, but names': (teams) => (chance) => {
    const network = fixed(chance);
    return chance
      .some(AREAS, teams)
      .map((app) => habit(chance, { agent: 'Java/17', network, app, endpoints: area(app), hours: [7, 18] }));
  },
  'one of them since yesterday': (teams) => (chance) => {
    const [agents, areas] = [chance.some(AGENTS, teams), chance.some(AREAS, teams)];
    return agents.map((agent, index) => ({
      ...habit(chance, { agent, endpoints: area(areas[index] ?? ''), hours: [7, 18], callsADay: 20 }),
      ...(index === 0 ? { days: (ago: number) => ago <= 1 } : {}),
    }));
  },
  'one of them on phones': (teams) => (chance) => {
    const areas = chance.some(AREAS, teams);
    const [first, ...others] = chance
      .some(AGENTS, teams)
      .map((agent, index) => habit(chance, { agent, endpoints: area(areas[index] ?? ''), hours: [7, 18] }));
    return first === undefined ? [] : [{ ...first, network: rotating(chance, 9) }, ...others];
  },
  'working hours of their own, programs and endpoints too': (teams) => (chance) => {
    const [agents, areas] = [chance.some(AGENTS, teams), chance.some(AREAS, teams)];
    return agents.map((agent, index) =>
      habit(chance, { agent, endpoints: area(areas[index] ?? ''), hours: [index * 4, index * 4 + 6] }),
    );
  },
  // Nothing tells them apart: the detective is expected to be wrong here.
  'one script that was copied': (teams) => (chance) =>
    Array.from({ length: teams }, () =>
      habit(chance, { agent: 'curl/8', endpoints: area('reports'), hours: [7, 18] }),
    ),
};

/** Logs of 200 keys over 12 days: half of them of one party, half of them of two to five teams; among both some that look as the other.
 *  The last of each kind is as rare as in life: a twelfth. */
export function labelledKeys(): readonly LabelledKey[] {
  const keys: LabelledKey[] = [];
  const add = (kind: string, parties: number, make: Maker) => {
    const keyId = `k${String(keys.length).padStart(11, '0')}` as KeyId;
    const chance = new Chance(keys.length + 1);
    const rows = make(chance).flatMap((one) => rowsOf(chance, keyId, one));
    keys.push({ keyId, kind, parties, rows });
  };
  const [single, shared] = [Object.entries(SINGLE), Object.entries(SHARED)];
  for (let index = 0; index < 100; index += 1) {
    const [kind, make] = single[index % single.length] ?? ['', () => []];
    add(kind, 1, make);
  }
  for (let index = 0; index < 100; index += 1) {
    const teams = 2 + (index % 4);
    // A cycle of twelve with one copied script.
    const [kind, make] = (index % 12 === 11 ? shared.at(-1) : shared[index % (shared.length - 1)]) ?? [
      '',
      () => () => [],
    ];
    add(kind, teams, make(teams));
  }
  return keys;
}

function rowsOf(chance: Chance, keyId: KeyId, one: Habit): readonly DecisionRow[] {
  const rows: DecisionRow[] = [];
  const today = Math.floor(NOW / DAY);
  for (let ago = 0; ago < DAYS; ago += 1) {
    if (one.days !== undefined && !one.days(ago)) continue;
    for (let call = 0; call < one.callsADay; call += 1) {
      const [method = 'GET', path = '/'] = one.endpoints[chance.below(one.endpoints.length)] ?? [];
      const [from, to] = one.hours;
      const atMs = (today - ago) * DAY + (from + chance.below((to - from) * 60) / 60) * HOUR;
      if (atMs > NOW) continue;
      rows.push(
        decision({
          principal: { ...PRINCIPAL, keyId, keyName: keyId },
          atMs: Math.floor(atMs) as TimestampMs,
          method,
          path: path.replace('{n}', String(chance.below(900))),
          clientIp: one.network(ago, call),
          userAgent: `${one.agent}.${String(chance.below(3))}`,
          tags: one.app === undefined ? [] : [`app=${one.app}`, `commit=${String(ago)}`],
        }),
      );
    }
  }
  return rows;
}
