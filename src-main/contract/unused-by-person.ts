import { z } from 'zod';
import { applicationId, keyId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { query } from './procedure.ts';

/** People that are told, and keys that are named of each. */
export const UNUSED_PEOPLE_MAX = 200;
export const UNUSED_NAMED_MAX = 5;

/** Somebody who has keys, at least one of which nobody has ever used. */
const unusedPerson = z
  .object({
    /** A mail address in small letters; of a developer who gave none, the name. Empty: nobody is known. */
    person: z.string(),
    /** Of all the person's keys that work. */
    keyCount: z.int(),
    unusedCount: z.int(),
    /** The first few that were never used, oldest first. */
    unused: z
      .array(
        z
          .object({
            keyId,
            name: z.string(),
            environment,
            applicationId,
            applicationName: z.string(),
            createdAt: timestampMs,
          })
          .readonly(),
      )
      .readonly(),
    /** Of any of the others; null: the person uses none. */
    lastUsedAt: timestampMs.nullable(),
  })
  .readonly();
export type UnusedPerson = z.infer<typeof unusedPerson>;

export const unusedByPersonProcedures = {
  /** Keys that work and were never used, by who has them: whom a child key names, else the newest recipient of a handoff, else the
   *  contact of the application. Those who use none of their keys come first. Children that name nobody are left out. */
  'hygiene.people': query(
    'viewer',
    z.strictObject({ environment: environment.optional() }),
    z.object({
      people: z.array(unusedPerson).readonly(),
      /** There are more people than are told. */
      isCut: z.boolean(),
    }),
  ),
} as const;
