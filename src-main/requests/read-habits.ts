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
import { type Caller, HabitNumbers } from './habit-numbers.ts';
import { type HabitRow, HabitRows, ROWS_MAX } from './habit-rows.ts';
import type { HabitTexts } from './habit-texts.ts';
import { PackedUses } from './packed-uses.ts';

/** Rows read in one step: some ms. */
const STEP_ROWS = 1_000;
/** Keys packed in one step, and rows added up in one: some ms. */
const STEP_KEYS = 256;
const STEP_ADDED = 16_384;
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

/** Reads how keys were used in a range of rows of one day, in steps: `yield` lets others have a turn. Rows are gathered and added up key
 *  by key: of ten thousand keys in turn, what is packed of each would else be taken apart for each of its rows. `room`: rows and callers
 *  that are held at once; what is read is the same with any. */
export function* readHabits(
  db: RequestsDatabase,
  range: RowIdRange,
  room: { readonly rowsMax?: number; readonly callersMax?: number } = {},
): Generator<void, PackedHabits, void> {
  const numbers = new HabitNumbers(db, room.callersMax);
  const rows = new HabitRows(Math.min(room.rowsMax ?? ROWS_MAX, rowsOfDays(db, range)));
  const uses = new PackedUses();
  try {
    for (const step of usedRows(db, range)) {
      for (const row of step) {
        if (row[1] === NO_KEY_PRINCIPAL) continue;
        if (rows.isFull || numbers.isFull) yield* addUp(rows, numbers, uses);
        rows.add(inNumbers(row, numbers));
      }
      yield;
    }
    yield* addUp(rows, numbers, uses);
  } finally {
    rows.close();
  }
  return { texts: numbers.texts, uses };
}

/** How many rows the days of a range have, at least one. */
function rowsOfDays(db: RequestsDatabase, { fromId, toId }: RowIdRange): number {
  const { days } = db.rows;
  const meant = days
    .oldestFirst()
    .filter((day) => rowsOfDay(day).toId > fromId && rowsOfDay(day).fromId < toId);
  return Math.max(
    1,
    meant.reduce((sum, day) => sum + days.rowsOf(day), 0),
  );
}

/** The rows of a range, day by day, some at a time. */
function* usedRows(
  db: RequestsDatabase,
  { fromId, toId }: RowIdRange,
): Generator<readonly UsedRow[], void, void> {
  for (let id = fromId; id < toId;) {
    const day = dayOfRow(id);
    const endId = Math.min(toId, rowsOfDay(day).toId);
    const rows = db.rows.usedIn(day, { fromId: id, toId: endId }, STEP_ROWS);
    const last = rows.at(-1);
    id = last === undefined || rows.length < STEP_ROWS ? endId : last[0] + 1;
    if (last !== undefined) yield rows;
  }
}

function inNumbers(row: UsedRow, numbers: HabitNumbers): HabitRow {
  // One by one: taking a list apart costs more than everything else here.
  const isAllowed = row[2] === VALID;
  return {
    principalId: row[1],
    caller: numbers.callerOf(row),
    rule: isAllowed ? numbers.ruleOf(row[6]) : 0,
    endpoint: isAllowed ? numbers.endpointOf(row) : 0,
    hour: Math.floor(atMsOfRow(row[0]) / HOUR_MS) % HOURS_A_DAY,
    isAllowed,
  };
}

/** Adds the rows to what is packed of their principals, and forgets them. */
function* addUp(rows: HabitRows, numbers: HabitNumbers, packed: PackedUses): Generator<void, void, void> {
  const writer = new UsesWriter();
  const done = { keys: 0, rows: 0 };
  let one: UsesOfOne | null = null;
  const put = (): void => {
    if (one !== null) packed.put(one.principalId, writer.pack(one.uses));
  };
  for (const row of rows.taken()) {
    if (one?.principalId !== row.principalId) {
      put();
      done.keys += 1;
      one = new UsesOfOne(row.principalId, packed, numbers.callers);
    }
    one.add(row);
    done.rows += 1;
    if (done.keys < STEP_KEYS && done.rows < STEP_ADDED) continue;
    done.keys = 0;
    done.rows = 0;
    yield;
  }
  put();
  numbers.forgetCallers();
}

/** The uses of one principal, taken apart. */
class UsesOfOne {
  readonly principalId: number;
  readonly uses: Uses = noUses();
  readonly #callers: readonly Caller[];
  /** By the number of the caller; null where ways are not told apart any more. */
  readonly #ways = new Map<number, Way | null>();

  constructor(principalId: number, packed: PackedUses, callers: readonly Caller[]) {
    this.principalId = principalId;
    this.#callers = callers;
    const before = packed.of(principalId);
    if (before !== undefined) addPacked(this.uses, before, null);
  }

  add({ caller, rule, endpoint, hour, isAllowed }: HabitRow): void {
    let way = this.#ways.get(caller);
    if (way === undefined) {
      way = this.#wayOf(caller);
      this.#ways.set(caller, way);
    }
    if (way !== null) {
      way.requests += 1;
      way.hours |= 1 << hour;
    }
    if (!isAllowed) return;
    this.uses.allowed += 1;
    if (rule !== 0) addOne(this.uses.rules, rule);
    if (way !== null && endpoint !== 0) addEndpoint(way, endpoint, 1);
  }

  #wayOf(number: number): Way | null {
    const caller = this.#callers[number];
    if (caller === undefined) return null;
    const { callers, networks, agents, ways } = this.uses;
    const { network, program, checksum } = caller;
    if (network !== 0) addOne(networks, network);
    if (program !== 0) addOne(agents, program);
    if (checksum !== null) addOne(callers, checksum);
    return wayIn(ways, caller);
  }
}
