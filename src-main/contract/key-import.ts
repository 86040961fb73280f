import { z } from 'zod';
import { applicationId, keyId, planId, scopeId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { reasonText } from './names.ts';
import { command, orAbsent } from './procedure.ts';

/** How imported keys are written. `plain`: `name,key` or `key` a line. `sha256`: `name,hash` or `hash` a line, hex or base64.
 *  `aws-csv`: the API key file of AWS API Gateway: columns Name and Key, and Description, Enabled, UsagePlanIds where present.
 *  `kong`: consumers and key-auth credentials of Kong: a deck dump (YAML or JSON), or answers of its Admin API, one JSON document a line. */
export const KEY_IMPORT_FORMATS = ['plain', 'sha256', 'aws-csv', 'kong'] as const;
export type KeyImportFormat = (typeof KEY_IMPORT_FORMATS)[number];

export const KEY_IMPORT_LINES_MAX = 10_000;
export const KEY_IMPORT_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Key texts of other systems. */
export const FOREIGN_KEY_CHARACTERS_MIN = 12;
export const FOREIGN_KEY_CHARACTERS_MAX = 512;

const foreignLength = z.int().min(FOREIGN_KEY_CHARACTERS_MIN).max(FOREIGN_KEY_CHARACTERS_MAX);

/** What the key texts behind hashes look like, so that other texts are refused without a look-up. */
const statedShape = z
  .strictObject({
    prefix: z
      .string()
      .max(16)
      .regex(/^[!-~]*$/, 'A prefix has visible ASCII characters.')
      .default(''),
    lengthMin: foreignLength,
    lengthMax: foreignLength,
  })
  .refine(({ lengthMin, lengthMax }) => lengthMin <= lengthMax, {
    message: 'lengthMax is below lengthMin.',
    path: ['lengthMax'],
  })
  .readonly();

export const keyImportInput = z.strictObject({
  applicationId,
  environment,
  scopeIds: z.array(scopeId).max(50).readonly(),
  planId: planId.nullable().default(null),
  expiresAt: timestampMs.nullable().default(null),
  noExpiryReason: reasonText.nullable().default(null),
  format: z.enum(KEY_IMPORT_FORMATS),
  text: z.string().min(1).max(KEY_IMPORT_CHARACTERS_MAX, 'At most 4 MiB. Import it in parts.'),
  /** With `sha256` alone. Without it every text of 12 to 512 visible characters costs a look-up. */
  shape: statedShape.nullable().default(null),
  /** With `kong` alone: each consumer becomes an application of the same partner, or is one already (external ID or name), and has its
   *  keys; `applicationId` gets those without a consumer. Otherwise `applicationId` gets all. */
  consumersAsApplications: orAbsent(z.boolean(), false),
  /** Says what an import would do and does nothing. */
  dryRun: orAbsent(z.boolean(), false),
});

export const keyImportResult = z
  .object({
    /** In the order of the text. `keyId` is null in a dry run. */
    imported: z.array(z.object({ keyId: keyId.nullable(), name: z.string() }).readonly()).readonly(),
    /** Of consumers, in the order of the text. `applicationId` is null for one that a dry run would add. */
    applications: z
      .array(
        z
          .object({
            applicationId: applicationId.nullable(),
            name: z.string(),
            isNew: z.boolean(),
            keyCount: z.int(),
          })
          .readonly(),
      )
      .readonly(),
    /** Lines that were not imported, or not whole. `line` counts from 1. Never holds a key. */
    problems: z.array(z.object({ line: z.int(), message: z.string() }).readonly()).readonly(),
  })
  .readonly();
export type KeyImportResult = z.infer<typeof keyImportResult>;

export const keyImportProcedures = {
  /** Takes over keys that another system made; they are verified as they are until they are rotated. Lines with a problem are left
   *  out and told. A long text is imported in parts of 250 keys, each whole and with its own audit event. */
  'keys.import': command('admin', keyImportInput, keyImportResult, [
    'APPLICATION_NOT_FOUND',
    'SCOPE_NOT_FOUND',
    'PLAN_NOT_FOUND',
    'SERVICE_NOT_FOUND',
    'IMPORT_UNREADABLE',
  ]),
} as const;
