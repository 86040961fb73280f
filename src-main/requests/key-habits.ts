import type { KeyId } from '#contract/ids.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { Pause } from './each-stretch.ts';
import { noUses, type Uses } from './habit-days.ts';
import { HabitTexts } from './habit-texts.ts';
import { type HabitStretch, habitsOfDay, stretchOf } from './keep-habits.ts';
import { readHabits } from './read-habits.ts';
import type { KeyHabits } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { SumOfKey } from './sum-of-key.ts';

const DAY_MS = 86_400_000;
/** Days before the last 24 hours that say what is usual for a key. */
const BASELINE_DAYS = 28;
/** Whole days before the last 24 hours that are part of a week. */
const WEEK_DAYS = 6;
/** Keys of one step: some ms. */
const STEP_KEYS = 32;

/** How each key with requests in the last 29 days was used: in the last 24 hours, and on each of the 28 whole days (UTC) before. One key
 *  after the other: what all of them did in a month is never in memory. */
export async function keyHabits(
  store: RequestsStore,
  nowMs: number,
  pause: Pause,
): Promise<readonly KeyHabits[]> {
  const recentFromMs = nowMs - DAY_MS;
  const lastDay = Math.floor(recentFromMs / DAY_MS) - 1;
  const firstDay = lastDay - BASELINE_DAYS + 1;
  const texts = new HabitTexts();
  const stretches: Stretch[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const uses = await inSteps(habitsOfDay(store, day, texts), pause);
    const atMs = day * DAY_MS;
    if (uses !== null) stretches.push({ uses, kind: 'day', atMs, isOfWeek: day > lastDay - WEEK_DAYS });
  }
  const readIn = async (fromMs: number, toMs: number): Promise<HabitStretch> => {
    const range = { fromId: firstRowOf(fromMs), toId: firstRowOf(toMs) };
    return stretchOf(await inSteps(readHabits(store.db, range), pause), texts);
  };
  // What lies between the last whole day and the last 24 hours is usual, too, but no day.
  const restMs = (lastDay + 1) * DAY_MS;
  stretches.push(
    { uses: await readIn(restMs, recentFromMs), kind: 'rest', atMs: restMs, isOfWeek: true },
    {
      uses: await readIn(recentFromMs, nowMs + DAY_MS),
      kind: 'recent',
      // Told as the day in which it ends; the rest before is told as the one before.
      atMs: restMs + DAY_MS,
      isOfWeek: true,
    },
  );
  const found: KeyHabits[] = [];
  let step = 0;
  for (const [keyId, principalIds] of principalsByKey(store)) {
    const sum = new SumOfKey(texts);
    for (const { uses, ...when } of stretches) {
      const inStretch = noUses();
      for (const principalId of principalIds) uses.addTo(inStretch, principalId);
      if (isUsed(inStretch)) sum.add(when, inStretch);
    }
    if (sum.isUsed) found.push(sum.habits(keyId));
    step += 1;
    if (step % STEP_KEYS === 0) await pause();
  }
  for (const { uses } of stretches) uses.close();
  return found;
}

/** Rows that `keyHabits` would have to read: those of the last day and of days that are not kept. */
export function unreadRows({ db }: RequestsStore, nowMs: number): number {
  const { days } = db.rows;
  const kept = new Set(db.habits.days());
  const lastDay = Math.floor((nowMs - DAY_MS) / DAY_MS) - 1;
  const unread = days
    .oldestFirst()
    .filter((day) => day > lastDay || (day > lastDay - BASELINE_DAYS && !kept.has(day)));
  return unread.reduce((sum, day) => sum + days.rowsOf(day), 0);
}

/** A part of the time that is asked about, in the order of time. */
interface Stretch {
  readonly uses: HabitStretch;
  readonly kind: 'day' | 'rest' | 'recent';
  readonly atMs: number;
  readonly isOfWeek: boolean;
}

/** Several principals of one key are one key: its secrets, its former names. */
function principalsByKey({ db }: RequestsStore): ReadonlyMap<KeyId, readonly number[]> {
  const byKey = new Map<KeyId, number[]>();
  for (const { id, keyId } of db.dimensions.allPrincipals()) {
    const known = byKey.get(keyId);
    if (known === undefined) byKey.set(keyId, [id]);
    else known.push(id);
  }
  return byKey;
}

function isUsed({ ways }: Uses): boolean {
  return ways.length > 0;
}

/** Runs something that works in steps; others have a turn after each. */
async function inSteps<Result>(work: Generator<void, Result, void>, pause: Pause): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
}
