import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import type { RequestsStore } from './requests-store.ts';
import { packUses, type UsesByPrincipal, unpackUses } from './habit-days.ts';
import { readHabits } from './read-habits.ts';

const DAY_MS = 86_400_000;
/** Days that somebody may ask about: the last 24 hours and 28 whole days before. */
const DAYS_KEPT = 30;
/** Rows read in one sweep: the next one, a minute later, goes on. */
const SWEEP_ROWS = 500_000;

/** How keys were used on a day that is over: as the file keeps it, else read from its rows and kept from then on. */
export function* habitsOfDay(store: RequestsStore, day: number): Generator<void, UsesByPrincipal, void> {
  const { habits, rows } = store.db;
  const kept = habits.get(day);
  if (kept !== null) return unpackUses(kept);
  if (!rows.days.has(day)) return new Map();
  const before = rows.days.changesOf(day);
  const uses = yield* readHabits(store.db, rowsOfDay(day));
  // Others had their turns: a row that came late is in what was read or is not.
  if (rows.days.changesOf(day) === before && habits.get(day) === null) {
    store.db.transaction(() => {
      habits.keep(day, packUses(uses));
    });
  }
  return uses;
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
    yield* habitsOfDay(store, day);
    if (left <= 0) return;
  }
}
