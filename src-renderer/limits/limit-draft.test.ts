import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quota, rateLimit, rateLimits } from '#contract/plans.ts';
import { isPlain, limitDraftOf, NEW_NAMED_LIMIT, NO_LIMITS, typedLimits } from './limit-draft.ts';

const limit = fc.integer({ min: 1, max: 100_000 });
const windowMs = fc.integer({ min: 1_000, max: 86_400_000 });
const anyLimits = fc.record({
  rateLimit: fc.option(fc.record({ limit, windowMs })),
  rateLimits: fc.array(
    fc
      .record({
        name: fc.stringMatching(/^[a-z]{1,12}$/),
        limit,
        windowMs,
        by: fc.constantFrom('key', 'application', 'partner', 'clientIp'),
        isSoft: fc.boolean(),
      })
      .chain((plain) =>
        fc.constantFrom(
          plain,
          { ...plain, only: { methods: ['GET' as const, 'POST' as const], path: '/offers/**' } },
          { ...plain, only: { methods: ['*'] as ['*'], path: '/inventory/{id}' } },
        ),
      ),
    { maxLength: 10 },
  ),
  quota: fc.option(
    fc.oneof(
      fc.record({
        limit,
        period: fc.constant('month' as const),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
        resetDay: fc.integer({ min: 1, max: 31 }),
        isSoft: fc.boolean(),
        by: fc.constantFrom('key', 'application', 'partner'),
      }),
      fc.record({
        limit,
        period: fc.constant('day' as const),
        timeZone: fc.constantFrom('UTC', 'Asia/Tokyo'),
        resetDay: fc.constant(1),
        isSoft: fc.boolean(),
        by: fc.constantFrom('key', 'application', 'partner'),
      }),
    ),
  ),
});

describe('limits in a form', () => {
  it('come back as they were, whatever a key or plan holds', () => {
    fc.assert(
      fc.property(anyLimits, (limits) => {
        expect(typedLimits(limitDraftOf(limits))).toEqual(limits);
      }),
    );
  });

  it('show a window in the largest unit without a rest', () => {
    const shown = (ms: number) =>
      limitDraftOf({ rateLimit: { limit: 1, windowMs: ms }, rateLimits: [], quota: null }).rateWindow;
    expect(shown(90_000)).toEqual({ count: 90, unit: 'second' });
    expect(shown(600_000)).toEqual({ count: 10, unit: 'minute' });
    expect(shown(86_400_000)).toEqual({ count: 24, unit: 'hour' });
    expect(shown(1_500)).toEqual({ count: 1_500, unit: 'millisecond' });
  });

  it('leave a missing number to the schema, which names its field', () => {
    const draft = { ...NO_LIMITS, named: [{ ...NEW_NAMED_LIMIT, name: 'burst' }] };
    const parsed = rateLimits.safeParse(typedLimits(draft).rateLimits);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['0.limit']);
    expect(rateLimit.nullable().safeParse(typedLimits(NO_LIMITS).rateLimit).success).toBe(true);
  });

  it('a quota of a day has no reset day, whatever was typed for the month before', () => {
    const draft = { ...NO_LIMITS, quota: 5, quotaPeriod: 'day' as const, quotaResetDay: 15 };
    expect(quota.safeParse(typedLimits(draft).quota).success).toBe(true);
  });

  it('hold nothing that hides behind the disclosure while they are plain', () => {
    expect(isPlain({ ...NO_LIMITS, rateLimit: 600, quota: 1_000 })).toBe(true);
    expect(isPlain({ ...NO_LIMITS, named: [NEW_NAMED_LIMIT] })).toBe(false);
    expect(isPlain({ ...NO_LIMITS, quotaBy: 'partner' })).toBe(false);
    expect(isPlain({ ...NO_LIMITS, isQuotaSoft: true })).toBe(false);
  });
});
