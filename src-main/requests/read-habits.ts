import { crc32 } from '#contract/crc32.ts';
import { appNameOf } from '#main/domain/app-name.ts';
import { endpointShape } from '#main/domain/endpoint-shape.ts';
import { parseAddress } from '#main/domain/ip-address.ts';
import { userAgentFamilies } from '#main/domain/user-agent.ts';
import { NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { dayOfRow, rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { UsedRow } from '#main/sqlite/requests-row-queries.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import {
  addEndpoint,
  addOne,
  addPacked,
  noUses,
  type Uses,
  UsesWriter,
  type Way,
  wayIn,
} from './habit-days.ts';
import { HabitTexts } from './habit-texts.ts';
import { PackedUses } from './packed-uses.ts';
import { Remembered } from './remembered.ts';
import { tagsOf } from './stored-tags.ts';

/** Rows read in one step: some ms. */
const STEP_ROWS = 1_000;
/** Keys that are held taken apart: of more, all are packed and taken up anew. What a busy day holds would fill the memory. */
const KEYS_MAX = 128;
/** Ways of calling that are remembered of one key. */
const SEEN_MAX = 1_024;
/** Numbers of agents are below this; with the number of an address one number that is exact. */
const AGENTS_MAX = 2 ** 24;
/** The same of methods, with the number of a path. */
const METHODS_MAX = 2 ** 17;
const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;
/** VALID. */
const VALID = 0;

/** How keys were used in a range of rows, packed, by principal; `texts`: what the numbers in it stand for. */
export interface PackedHabits {
  readonly texts: HabitTexts;
  /** To be closed by whoever asked. */
  readonly uses: PackedUses;
}

/** Reads how keys were used in a range of rows of one day, in steps: `yield` lets others have a turn. */
export function* readHabits(
  db: RequestsDatabase,
  { fromId, toId }: RowIdRange,
): Generator<void, PackedHabits, void> {
  const reading = new HabitReading(db);
  for (let id = fromId; id < toId;) {
    const day = dayOfRow(id);
    const endId = Math.min(toId, rowsOfDay(day).toId);
    const rows = db.rows.usedIn(day, { fromId: id, toId: endId }, STEP_ROWS);
    for (const row of rows) reading.add(row);
    const last = rows.at(-1);
    id = last === undefined || rows.length < STEP_ROWS ? endId : last[0] + 1;
    if (last !== undefined) yield;
  }
  reading.pack();
  return { texts: reading.texts, uses: reading.packed };
}

/** What is remembered of one key while rows are read: numbers that its uses hold already. */
interface Seen {
  readonly uses: Uses;
  /** Ways by address, agent and tags; null where they are not told apart any more. */
  readonly ways: Map<number | string, Way | null>;
  readonly rules: Set<number>;
}

class HabitReading {
  readonly texts = new HabitTexts();
  readonly packed = new PackedUses();
  readonly #db: RequestsDatabase;
  readonly #writer = new UsesWriter();
  readonly #seen = new Map<number, Seen>();
  readonly #texts = new Remembered<number, string | null>();
  readonly #programs = new Remembered<number, number>();
  readonly #apps = new Remembered<number, number>();
  readonly #networks = new Remembered<number | string, number>();
  readonly #rules = new Remembered<number, number>();
  readonly #endpoints = new Remembered<number | string, number>();

  constructor(db: RequestsDatabase) {
    this.#db = db;
  }

  add(row: UsedRow): void {
    // One by one: taking a list apart costs more than everything below.
    const principalId = row[1];
    if (principalId === NO_KEY_PRINCIPAL) return;
    const seen = this.#seenOf(principalId);
    const way = this.#wayOf(seen, row);
    if (way !== null) {
      way.requests += 1;
      way.hours |= 1 << (Math.floor(atMsOfRow(row[0]) / HOUR_MS) % HOURS_A_DAY);
    }
    if (row[2] !== VALID) return;
    const { uses, rules } = seen;
    uses.allowed += 1;
    const ruleId = row[6];
    if (ruleId !== 0 && isNew(rules, ruleId)) addOne(uses.rules, this.#ruleOf(ruleId));
    if (way === null) return;
    const endpoint = this.#endpointOf(row[8], row[10] ?? row[9]);
    if (endpoint !== 0) addEndpoint(way, endpoint, 1);
  }

  /** Packs what is taken apart and forgets it. */
  pack(): void {
    for (const [principalId, { uses }] of this.#seen) {
      const before = this.packed.of(principalId);
      if (before !== undefined) addPacked(uses, before, null);
      this.packed.put(principalId, this.#writer.pack(uses));
    }
    this.#seen.clear();
  }

  #seenOf(principalId: number): Seen {
    let seen = this.#seen.get(principalId);
    if (seen === undefined) {
      if (this.#seen.size >= KEYS_MAX) this.pack();
      seen = { uses: noUses(), ways: new Map(), rules: new Set() };
      this.#seen.set(principalId, seen);
    }
    return seen;
  }

  #wayOf({ uses, ways }: Seen, row: UsedRow): Way | null {
    const agentId = row[5];
    const address = row[4] ?? row[3];
    const app = row[7] === 0 ? 0 : this.#appOf(row[7]);
    const isNumber = app === 0 && typeof address === 'number';
    const name = isNumber
      ? address * AGENTS_MAX + agentId
      : `${String(address)} ${String(agentId)} ${String(app)}`;
    const known = ways.get(name);
    if (known !== undefined) return known;
    if (ways.size >= SEEN_MAX) ways.clear();
    const network = this.#networkOf(address);
    const program = this.#programOf(agentId);
    if (network !== 0) addOne(uses.networks, network);
    if (program !== 0) addOne(uses.agents, program);
    this.#addCaller(uses, address, agentId);
    const way = wayIn(uses.ways, { network, program, app });
    ways.set(name, way);
    return way;
  }

  #addCaller({ callers }: Uses, address: number | string, agentId: number): void {
    const clientIp = this.#literal(address);
    const userAgent = this.#text(agentId);
    if (clientIp === null && userAgent === null) return;
    addOne(callers, crc32(`${clientIp ?? ''} ${userAgent ?? ''}`));
  }

  #networkOf(address: number | string): number {
    return this.#networks.get(address, () => {
      const clientIp = this.#literal(address);
      return this.texts.numberOf(clientIp === null ? null : networkOf(clientIp));
    });
  }

  #programOf(agentId: number): number {
    return this.#programs.get(agentId, () => {
      const userAgent = this.#text(agentId);
      return this.texts.numberOf(userAgent === null ? null : programOf(userAgent));
    });
  }

  #appOf(tagsId: number): number {
    return this.#apps.get(tagsId, () => {
      return this.texts.numberOf(appNameOf(tagsOf(this.#text(tagsId))));
    });
  }

  #ruleOf(ruleId: number): number {
    return this.#rules.get(ruleId, () => this.texts.numberOf(this.#text(ruleId)));
  }

  #endpointOf(methodId: number, path: number | string): number {
    if (methodId === 0 || path === 0) return 0;
    const name = typeof path === 'number' ? path * METHODS_MAX + methodId : `${String(methodId)} ${path}`;
    return this.#endpoints.get(name, () => {
      const method = this.#text(methodId);
      const text = this.#literal(path);
      return this.texts.numberOf(method === null || text === null ? null : endpointShape(method, text));
    });
  }

  #literal(address: number | string): string | null {
    return typeof address === 'string' ? address : this.#text(address);
  }

  #text(id: number): string | null {
    return id === 0 ? null : this.#texts.get(id, () => this.#db.dimensions.textOf(id));
  }
}

/** Adds a number that was not seen before; of very many the oldest come again. */
function isNew(seen: Set<number>, one: number): boolean {
  if (seen.has(one)) return false;
  if (seen.size >= SEEN_MAX) seen.clear();
  seen.add(one);
  return true;
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
function programOf(userAgent: string): string {
  return [...userAgentFamilies(userAgent)].slice(0, 4).join(' ') || 'unnamed';
}
