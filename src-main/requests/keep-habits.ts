import { must } from '#main/platform/must.ts';
import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { addPacked, type Uses } from './habit-days.ts';
import { HabitTexts } from './habit-texts.ts';
import { type PackedHabits, readHabits } from './read-habits.ts';
import type { RequestsStore } from './requests-store.ts';

const DAY_MS = 86_400_000;
/** Days that somebody may ask about: the last 24 hours and 28 whole days before. */
const DAYS_KEPT = 30;
/** Rows read in one sweep: the next one, a minute later, goes on. */
const SWEEP_ROWS = 500_000;
/** Keys of one transaction: some ms. */
const CHUNK_KEYS = 500;

/** How keys were used in a stretch of the log: adds the uses of one of them, in numbers of the texts that it was made with. */
export interface HabitStretch {
  readonly addTo: (uses: Uses, principalId: number) => void;
  /** Lets go of what was read. */
  readonly close: () => void;
}

/** How keys were used on a day that is over: as the file keeps it, else read from its rows, and kept from then on. Uses are fetched when
 *  they are asked for, so that a month of them is never in memory. */
export function* habitsOfDay(
  store: RequestsStore,
  day: number,
  texts: HabitTexts,
): Generator<void, HabitStretch | null, void> {
  const { habits, rows } = store.db;
  const kept = habits.textsOf(day);
  if (kept !== null) {
    const numbers = numbersOf(kept, texts);
    return {
      addTo: (uses, principalId) => {
        const packed = habits.usesOf(day, principalId);
        if (packed !== undefined) addPacked(uses, packed, numbers);
      },
      close: () => undefined,
    };
  }
  if (!rows.days.has(day)) return null;
  // Beside the log nothing is kept: its sweeps do that.
  const read = store.isWritten ? readAndKeep(store, day) : readHabits(store.db, rowsOfDay(day));
  return stretchOf(yield* read, texts);
}

/** The uses of a reading, in numbers of `texts`. */
export function stretchOf(found: PackedHabits, texts: HabitTexts): HabitStretch {
  const numbers = numbersOf(found.texts.all, texts);
  return {
    addTo: (uses, principalId) => {
      const packed = found.uses.of(principalId);
      if (packed !== undefined) addPacked(uses, packed, numbers);
    },
    close: () => {
      found.uses.close();
    },
  };
}

/** Keeps the habits of days that are over, newest first, and forgets those that nobody asks about any more. In steps. */
export function* keepHabits(store: RequestsStore, nowMs: number): Generator<void, void, void> {
  const { habits, rows } = store.db;
  const today = Math.floor(nowMs / DAY_MS);
  for (const day of habits.days().filter((kept) => kept < today - DAYS_KEPT)) {
    store.db.transaction(() => {
      habits.forget(day);
    });
    yield;
  }
  const kept = new Set(habits.days());
  let left = SWEEP_ROWS;
  for (const day of rows.days.newestFirst()) {
    if (day >= today || day < today - DAYS_KEPT || kept.has(day)) continue;
    left -= rows.days.rowsOf(day);
    (yield* readAndKeep(store, day)).uses.close();
    if (left <= 0) return;
  }
}

function* readAndKeep(store: RequestsStore, day: number): Generator<void, PackedHabits, void> {
  const { habits, rows } = store.db;
  const before = rows.days.changesOf(day);
  let mine: number | null = null;
  // Others have their turns: a row that came late is in what was read or is not, and somebody else may keep a day meanwhile.
  const isAsRead = (): boolean =>
    rows.days.changesOf(day) === before &&
    (mine === null ? habits.textsOf(day) === null : habits.begun() === mine);
  const found = yield* readHabits(store.db, rowsOfDay(day));
  const principals = found.uses.principals().sort((a, b) => a - b);
  for (let start = 0; isAsRead(); start += CHUNK_KEYS) {
    const chunk = principals.slice(start, start + CHUNK_KEYS);
    store.db.transaction(() => {
      if (start === 0) mine = habits.begin(day);
      for (const principalId of chunk) {
        habits.add(day, principalId, must(found.uses.of(principalId), 'it was read'));
      }
      if (start + CHUNK_KEYS >= principals.length) habits.finish(day, found.texts.all);
    });
    if (start + CHUNK_KEYS >= principals.length) break;
    yield;
  }
  return found;
}

/** What the numbers of some texts are among others; 0, which is none, stays. */
function numbersOf(from: readonly string[], texts: HabitTexts): Uint32Array {
  const numbers = new Uint32Array(from.length + 1);
  for (const [index, text] of from.entries()) numbers[index + 1] = texts.numberOf(text);
  return numbers;
}
