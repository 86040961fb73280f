import { z } from 'zod';
import { timeZone } from './plans.ts';

/** An address or a network: `203.0.113.9`, `10.0.0.0/8`, `2001:db8::/32`. Read by the use case. */
export const cidr = z.string().trim().min(2).max(64);
/** `scheme://host[:port]`, exact match. */
export const originText = z
  .string()
  .regex(/^https?:\/\/[A-Za-z0-9.\-[\]:]+$/, 'An origin looks like https://shop.example.')
  .max(200);

/** A family of user agents: the name of a product before its `/`, such as `curl` or `acme-sync`. */
export const userAgentFamily = z
  .string()
  .trim()
  .regex(
    /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/,
    'Use the name of a product without its version, such as curl or acme-sync.',
  );

/** `HH:MM` of a day's clock. */
const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Use a time such as 08:30.');

/** Hours in which a key may be used, by the clock on the wall of `timeZone`. `days`: 1 = Monday to 7 = Sunday, the day on which
 *  the window begins; one with `to` before `from` goes on until `to` of the next day. `to` itself is outside. */
export const timeWindow = z
  .strictObject({
    days: z
      .array(z.int().min(1).max(7))
      .min(1, 'Choose at least one day.')
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'A day is given twice.')
      .readonly(),
    from: clockTime,
    to: z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Use a time such as 17:00, at most 24:00.'),
    timeZone,
  })
  .refine(({ from, to }) => from !== to, {
    message: 'from and to are the same. For a whole day use 00:00 to 24:00.',
    path: ['to'],
  })
  .readonly();
export type TimeWindow = z.infer<typeof timeWindow>;

/** `enforce` refuses what a binding does not allow; `observe` lets it pass, warns and writes it to the log. */
export const BINDING_MODES = ['enforce', 'observe'] as const;
export type BindingMode = (typeof BINDING_MODES)[number];
