import { CALLERS_TOLD_MAX } from '#contract/hygiene.ts';
import { crc32 } from '#contract/crc32.ts';
import { parseAddress } from '#main/domain/ip-address.ts';
import { userAgentFamilies } from '#main/domain/user-agent.ts';
import { NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { dayOfRow, rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import type { UsedRow } from '#main/sqlite/requests-row-queries.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import { noUses, type Uses, type UsesByPrincipal } from './habit-days.ts';

/** Rows read in one step: some ms. */
const STEP_ROWS = 8_000;
/** Ways of calling that are remembered of one key, and texts: those that come again cost next to nothing. */
const SEEN_MAX = 4_096;
const TEXTS_MAX = 20_000;
/** Numbers of agents are below this; with the number of an address one number that is exact. */
const AGENTS_MAX = 2 ** 24;
/** VALID. */
const VALID = 0;

/** How keys were used in a range of rows, read in steps: `yield` lets others have a turn. */
export function* readHabits(
  db: RequestsDatabase,
  { fromId, toId }: RowIdRange,
): Generator<void, UsesByPrincipal, void> {
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
  return reading.uses;
}

/** What is remembered of one key while rows are read: numbers and texts that its uses hold already. */
interface Seen {
  readonly uses: Uses;
  /** Addresses with their agents. */
  readonly callers: Set<number | string>;
  readonly addresses: Set<number | string>;
  readonly agents: Set<number>;
  readonly rules: Set<number>;
}

class HabitReading {
  readonly uses = new Map<number, Uses>();
  readonly #db: RequestsDatabase;
  readonly #seen = new Map<number, Seen>();
  readonly #texts = new Map<number, string | null>();
  readonly #programs = new Map<number, string>();
  readonly #networks = new Map<number, string | null>();

  constructor(db: RequestsDatabase) {
    this.#db = db;
  }

  add(row: UsedRow): void {
    // One by one: taking a list apart costs more than everything below.
    const principalId = row[1];
    if (principalId === NO_KEY_PRINCIPAL) return;
    const agentId = row[5];
    const ruleId = row[6];
    const address = row[4] ?? row[3];
    const seen = this.#seenOf(principalId);
    const { uses } = seen;
    if (row[2] === VALID) {
      uses.allowed += 1;
      if (isNew(seen.rules, ruleId)) addOne(uses.rules, this.#text(ruleId));
    }
    if (isNew(seen.agents, agentId)) addOne(uses.agents, this.#program(agentId));
    if (isNew(seen.addresses, address)) addOne(uses.networks, this.#network(address));
    if (uses.callers.size < CALLERS_TOLD_MAX) this.#addCaller(seen, address, agentId);
  }

  #seenOf(principalId: number): Seen {
    let seen = this.#seen.get(principalId);
    if (seen === undefined) {
      const sets = { callers: new Set<never>(), addresses: new Set<never>(), agents: new Set<never>() };
      seen = { uses: noUses(), ...sets, rules: new Set() };
      this.#seen.set(principalId, seen);
      this.uses.set(principalId, seen.uses);
    }
    return seen;
  }

  #addCaller({ uses, callers }: Seen, address: number | string, agentId: number): void {
    const isNumber = typeof address === 'number';
    if (!isNew(callers, isNumber ? address * AGENTS_MAX + agentId : `${address} ${String(agentId)}`)) return;
    const [clientIp, userAgent] = [isNumber ? this.#text(address) : address, this.#text(agentId)];
    if (clientIp === null && userAgent === null) return;
    addOne(uses.callers, crc32(`${clientIp ?? ''} ${userAgent ?? ''}`));
  }

  #network(address: number | string): string | null {
    if (typeof address === 'string') return networkOf(address);
    const clientIp = this.#text(address);
    return clientIp === null ? null : remembered(this.#networks, address, () => networkOf(clientIp));
  }

  #program(agentId: number): string | null {
    const userAgent = this.#text(agentId);
    return userAgent === null ? null : remembered(this.#programs, agentId, () => agentOf(userAgent));
  }

  #text(id: number): string | null {
    return id === 0 ? null : remembered(this.#texts, id, this.#db.dimensions.textOf);
  }
}

/** Adds a way that was not seen before; of very many the oldest come again. */
function isNew<One>(seen: Set<One>, one: One): boolean {
  if (seen.has(one)) return false;
  if (seen.size >= SEEN_MAX) seen.clear();
  seen.add(one);
  return true;
}

function remembered<Key, Value>(cache: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= TEXTS_MAX) cache.clear();
  const value = make(key);
  cache.set(key, value);
  return value;
}

/** Adds what is there, up to as many as are told. */
export function addOne<One>(to: Set<One>, one: One | null): void {
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
