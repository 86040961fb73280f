import { z } from 'zod';
import { timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';
import { quotaDrift } from './system.ts';

/** One promise of a limit, tried with a key that is thrown away. */
const limitTrial = z
  .object({
    /** What was tried, as people read it. */
    name: z.string(),
    asked: z.int(),
    /** How many may pass: added up request by request, apart from the code that limits. */
    expected: z.int(),
    admitted: z.int(),
  })
  .readonly();
export type LimitTrial = z.infer<typeof limitTrial>;

/** What secrets are like that the issuer has just made; none of them was kept. */
const issuerTrial = z
  .object({
    secrets: z.int(),
    distinct: z.int(),
    /** How many could be read again: form and checksum fit. */
    readable: z.int(),
    /** Random bits of a secret, by its length and its alphabet. */
    bits: z.int(),
    bitsExpected: z.int(),
    /** How unevenly the characters of all secrets, and of their worst place, are spread (chi-square); each within its bounds. */
    chiSquare: z.number(),
    chiSquareMin: z.number(),
    chiSquareMax: z.number(),
    placeChiSquare: z.number(),
    placeChiSquareMax: z.number(),
  })
  .readonly();
export type IssuerTrial = z.infer<typeof issuerTrial>;

/** Result of one self-test. */
export const selfTest = z
  .object({
    at: timestampMs,
    durationMs: z.number(),
    /** Everything as it must be. */
    isRight: z.boolean(),
    limits: z.array(limitTrial).readonly(),
    /** See system.status. */
    quotaDrift,
    issuer: issuerTrial,
    /** What is wrong, a sentence each; empty when `isRight`. */
    problems: z.array(z.string()).readonly(),
  })
  .readonly();
export type SelfTest = z.infer<typeof selfTest>;

export const selfTestProcedures = {
  /** Tries rate limits, quotas and the issuer of secrets in the running server, with keys that leave no trace; about a second. The
   *  result is kept until the next one. */
  'selfTest.run': command('admin', z.strictObject({}), selfTest),
  /** The result of the last one; null before the first. */
  'selfTest.last': query('viewer', z.strictObject({}), z.object({ result: selfTest.nullable() })),
} as const;
