import type { CountedQuota } from '#main/verify/limiter.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Moments at which calendars do something: midnights, clocks set forward and back, also over midnight, a day left out, a month's end. */
const TURNS: readonly (readonly [zone: string, aroundMs: number])[] = [
  ['UTC', Date.UTC(2026, 11, 31, 24)],
  ['Europe/Berlin', Date.UTC(2026, 2, 29, 1)],
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
  ['America/New_York', Date.UTC(2026, 2, 8, 7)],
  ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ['America/Sao_Paulo', Date.UTC(2018, 10, 4, 3)],
  ['America/Sao_Paulo', Date.UTC(2018, 1, 18, 2)],
  ['Asia/Beirut', Date.UTC(2026, 2, 28, 22)],
  ['Asia/Beirut', Date.UTC(2026, 9, 24, 21)],
  ['Africa/Cairo', Date.UTC(2026, 3, 23, 22)],
  ['America/Havana', Date.UTC(2026, 2, 8, 5)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
  ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
  ['Pacific/Chatham', Date.UTC(2026, 8, 26, 14)],
  ['Asia/Kathmandu', Date.UTC(2026, 1, 28, 18, 15)],
  ['Pacific/Kiritimati', Date.UTC(2026, 1, 28, 10)],
  ['America/St_Johns', Date.UTC(2011, 2, 13, 3, 31)],
  ['Asia/Amman', Date.UTC(2021, 9, 28, 22)],
  ['Asia/Gaza', Date.UTC(2015, 9, 23, 22)],
  ['Atlantic/Azores', Date.UTC(2026, 9, 25, 1)],
];
const ROUNDS = 5;

/** Uses every half hour around each of them, against the calendar of the system. */
async function overTurns(program: Program): Promise<Figure> {
  const { Limiter } = await program.load<LimiterModule>('src-main/verify/limiter.ts');
  const { QuotaCalendar } = await program.load<CalendarModule>('src-main/domain/quota.ts');
  const counted = (zone: string, limit: number): CountedQuota => {
    const parts = { period: 'day', timeZone: zone, resetDay: 1 } as const;
    return { ...parts, limit, isSoft: false, by: 'key', calendar: new QuotaCalendar(parts) };
  };
  const random = seededRandom(5);
  const turns = TURNS.flatMap((turn) => Array.from({ length: ROUNDS }, () => turn));
  const found = { over: 0, tooStrict: 0, overAfterMove: 0 };
  for (const [zone, aroundMs] of turns) {
    const uses = momentsAround(aroundMs, random);
    const limit = 1 + random.below(30);
    for (const [fits, day] of spend(new Limiter(), uses, () => counted(zone, limit))) {
      if (fits && day.used > limit) found.over += 1;
      if (!fits && day.used < limit) found.tooStrict += 1;
    }
    const other = random.pick(TURNS)[0];
    const moveAt = random.pick(uses);
    const quotas = [counted(zone, limit), counted(other, limit)] as const;
    const chosen = (atMs: number) => quotas[atMs < moveAt ? 0 : 1];
    for (const [fits, day] of spend(new Limiter(), uses, chosen))
      if (fits && day.used > limit) found.overAfterMove += 1;
  }
  return {
    reached: `${String(found.over)} above the limit, ${String(found.tooStrict)} refused below it, ${String(found.overAfterMove)} above it after a change of zone; ${String(turns.length)} cases at ${String(TURNS.length)} turns of calendars`,
    holds: found.over + found.tooStrict + found.overAfterMove === 0,
  };
}

type LimiterModule = typeof import('#main/verify/limiter.ts');
type CalendarModule = typeof import('#main/domain/quota.ts');

function momentsAround(aroundMs: number, random: Random): readonly number[] {
  const startMs = aroundMs - 2 * DAY_MS;
  const moments = Array.from(
    { length: 4 * 48 },
    (_, index) => startMs + index * (HOUR_MS / 2) + random.below(HOUR_MS / 2),
  );
  return [...moments, aroundMs - 1, aroundMs, aroundMs + 1].sort((a, b) => a - b);
}

interface Day {
  /** Of the calendar day of a use, by the quota that held then, with the use when it was admitted. */
  readonly used: number;
}

/** Spends one at each moment; says what came of it. */
function* spend(
  limiter: InstanceType<LimiterModule['Limiter']>,
  moments: readonly number[],
  quotaAt: (atMs: number) => CountedQuota,
): Generator<readonly [fits: boolean, day: Day]> {
  const admitted: number[] = [];
  const days = new Map<string, ReadonlyMap<number, string>>();
  for (const atMs of moments) {
    const quota = quotaAt(atMs);
    const inZone = days.get(quota.timeZone) ?? dayNames(quota.timeZone, moments);
    days.set(quota.timeZone, inZone);
    const used = admitted.filter((useMs) => inZone.get(useMs) === inZone.get(atMs)).length;
    const { fits } = limiter.spendQuota('key', quota, atMs, 1);
    if (fits) admitted.push(atMs);
    yield [fits, { used: used + (fits ? 1 : 0) }];
  }
}

/** The date in a zone at each of ascending moments. A day that has begun does not end when clocks are set back over its midnight. */
function dayNames(zone: string, moments: readonly number[]): ReadonlyMap<number, string> {
  const format = formatOf(zone);
  const names = new Map<number, string>();
  let newest = '';
  let passedMs = (moments[0] ?? 0) - DAY_MS;
  for (const atMs of moments) {
    // All moments in between count too: the first midnight of two may have passed unseen.
    for (; passedMs < atMs; passedMs += HOUR_MS / 4) newest = later(newest, format.format(passedMs));
    newest = later(newest, format.format(atMs));
    names.set(atMs, newest);
  }
  return names;
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
}

const control = (fault: string, file: string, find: string, replace: string) => ({
  fault,
  run: (work: Workbench) => overTurns(work.patched([{ file, find, replace }])),
});

/** Quotas of days. */
export const cases: readonly ProveCase[] = [
  {
    id: 'C5',
    promise:
      'A daily quota is exact over midnights, changes of the clocks, days that a zone leaves out, and changes of its zone',
    target: '0 above and 0 refused below in 100 cases',
    tier: 'T1',
    isBeside: true,
    figure: (work) => overTurns(work.program),
    controls: [
      control(
        'days are those of UTC',
        'src-main/domain/quota.ts',
        "if (this.#parts.timeZone === 'UTC') return wantedMs;",
        'return wantedMs;',
      ),
      control(
        'a change of zone starts a new count',
        'src-main/domain/quota-counter.ts',
        'this.#used = this.usedIn(period);',
        'this.#used = 0; this.#earlier = []; this.#span = null;',
      ),
    ],
  },
];
