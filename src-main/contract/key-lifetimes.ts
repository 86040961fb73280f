import { z } from 'zod';
import { tier } from './partners.ts';

const days = z.int().min(1).max(3_650);

/** How long keys of the partners of one tier live. */
export const keyLifetime = z
  .strictObject({
    tier,
    /** Offered where a key is made; null = what the form always offers. */
    defaultDays: days.nullable(),
    /** Refused beyond it, from the moment at which the end is chosen; null = any, also none. */
    maxDays: days.nullable(),
  })
  .refine(({ defaultDays, maxDays }) => defaultDays === null || maxDays === null || defaultDays <= maxDays, {
    message: 'The usual lifetime must not be longer than the longest.',
    path: ['defaultDays'],
  })
  .readonly();
export type KeyLifetime = z.infer<typeof keyLifetime>;

/** One a tier; a tier that is not named has no policy. */
export const keyLifetimes = z
  .array(keyLifetime)
  .max(20)
  .refine(
    (list) => new Set(list.map((lifetime) => lifetime.tier)).size === list.length,
    'Name each tier once.',
  )
  .readonly();
