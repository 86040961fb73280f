import { z } from 'zod';
import { tier } from './partners.ts';
import { orAbsent } from './procedure.ts';

/** Keys are suspended after so many days without use at the earliest: first they are told of. */
export const IDLE_DAYS_MIN = 14;
/** They are told of so many days before. */
export const IDLE_NOTICE_DAYS = 7;

const days = z.int().min(1).max(3_650);

/** How long keys of the partners of one tier live. */
export const keyLifetime = z
  .strictObject({
    tier,
    /** Offered where a key is made; null = what the form always offers. */
    defaultDays: days.nullable(),
    /** Refused beyond it, from the moment at which the end is chosen; null = any, also none. */
    maxDays: days.nullable(),
    /** After so many days without use a key is suspended; null = never. */
    idleDays: orAbsent(days.min(IDLE_DAYS_MIN).nullable(), null),
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
