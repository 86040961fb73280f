import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { QUOTA_OWNERS } from './plans.ts';
import { query } from './procedure.ts';

/** Whole days whose growth is looked at: four weeks. */
export const GROWTH_DAYS = 28;
/** Nobody is told of a day further away: a line through four weeks does not reach so far. */
export const FORECAST_DAYS_MAX = 90;

/** When a quota will be reached. `steady`: its use does not grow. `later`: not within FORECAST_DAYS_MAX. */
const growthForecast = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reaches'),
    at: timestampMs,
    /** Requests a day that come on top each week. */
    growthPerWeek: z.int(),
  }),
  z.object({ kind: z.literal('later'), growthPerWeek: z.int() }),
  z.object({ kind: z.literal('steady') }),
  z.object({ kind: z.literal('reached') }),
  /** Too few days or requests; or days that differ too much. */
  z.object({ kind: z.literal('unknown'), why: z.enum(['few', 'erratic']) }),
]);
export type GrowthForecast = Readonly<z.infer<typeof growthForecast>>;

export const growthForecastProcedures = {
  /** When the quota that is in force for a key will be reached at the growth of the last four weeks: of all that share it. null without
   *  a quota. Reads roll-ups. UNAVAILABLE while the request log is down. */
  'usage.forecast': query(
    'viewer',
    z.strictObject({ keyId }),
    z
      .object({
        forecast: growthForecast.readonly(),
        limit: z.int(),
        period: z.enum(['day', 'month']),
        by: z.enum(QUOTA_OWNERS),
      })
      .readonly()
      .nullable(),
    ['KEY_NOT_FOUND'],
  ),
} as const;
