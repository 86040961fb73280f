import { z } from 'zod';
import { timestampMs } from '#contract/ids.ts';
import { SIZES_DAYS, type DailySize, type StorageReport } from '#contract/storage.ts';
import type { Settings } from '#contract/settings.ts';
import type { UseCaseContext } from '#main/context.ts';
import { forecastKeyCount } from '#main/domain/key-count-forecast.ts';
import type { LogRoom } from './log-room.ts';

const DAY_MS = 86_400_000;
const MB = 1024 * 1024;
/** Growth is that of so many days. */
const GROWTH_DAYS = 14;

/** As noted: earlier versions counted no keys. */
const notedSize = z.object({
  day: timestampMs,
  logBytes: z.int(),
  storeBytes: z.int(),
  keyCount: z.int().nullable().default(null),
});

/** How large the databases are and how they grow. */
export function storageReport(
  context: UseCaseContext,
  room: LogRoom,
  { requestStoreMbMax }: Pick<Settings, 'requestStoreMbMax'>,
): StorageReport {
  const sizes = readSizes(context);
  const logBytesMax = requestStoreMbMax * MB;
  const growth = growthOf(sizes, context.nowMs);
  const keyCount = context.db.store.keyCount();
  const left = Math.max(0, logBytesMax - room.bytes);
  return {
    logBytes: room.bytes,
    logFreeBytes: room.freeBytes,
    storeBytes: context.db.store.sizeBytes(),
    logBytesMax,
    logGrowthBytes: growth,
    daysToMax: growth === null || growth <= 0 ? null : Math.ceil(left / growth),
    keys: { keyCount, forecast: forecastKeyCount(sizes, { keyCount, nowMs: context.nowMs }) },
    sizes,
  };
}

/** Remembers how large the databases are and how many keys there are today; the last time of a day stays. */
export function noteSizes(context: UseCaseContext, room: LogRoom, keyCount: number): void {
  const day = timestampMs.parse(Math.floor(context.nowMs / DAY_MS) * DAY_MS);
  const today: DailySize = { day, logBytes: room.bytes, storeBytes: context.db.store.sizeBytes(), keyCount };
  const others = readSizes(context).filter((size) => size.day !== day);
  const kept = [...others, today].toSorted((one, other) => one.day - other.day).slice(-SIZES_DAYS);
  context.db.store.put('sizes', JSON.stringify(kept));
}

function readSizes({ db }: UseCaseContext): readonly DailySize[] {
  const text = db.store.get('sizes');
  return text === null ? [] : z.array(notedSize).parse(JSON.parse(text));
}

/** Bytes a day; null with fewer than two days. */
function growthOf(sizes: readonly DailySize[], nowMs: number): number | null {
  const recent = sizes.filter(({ day }) => day > nowMs - (GROWTH_DAYS + 1) * DAY_MS);
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined || first.day === last.day) return null;
  return Math.round((last.logBytes - first.logBytes) / ((last.day - first.day) / DAY_MS));
}
