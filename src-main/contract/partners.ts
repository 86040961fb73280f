import { z } from 'zod';
import { applicationId, partnerId, timestampMs } from './ids.ts';
import { applicationSlug, displayName, emailAddress, externalId, noteText } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';

/** Longest text of a recipient key that is read; a post-quantum one has 1,959 characters. */
const RECIPIENT_KEY_CHARACTERS_MAX = 2_048;

/** Public age key of a partner, `age1…`. Its checksum is checked by the use case. */
const recipientKey = z.string().trim().min(1).max(RECIPIENT_KEY_CHARACTERS_MAX).nullable();

/** Tiers with a meaning of their own; any other word is a tier too. */
export const TIERS = ['external', 'first_party', 'federal'] as const;
export const tier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$/, 'Use a word of letters, digits, _ or -, for example external.');

export const partner = z
  .object({
    id: partnerId,
    name: z.string(),
    tier,
    contactName: z.string().nullable(),
    contactEmail: z.string(),
    note: z.string(),
    /** Public age key, `age1…`, to which sealed files are encrypted; null: none given. */
    recipientKey: z.string().nullable(),
    applicationCount: z.int(),
    /** Keys that are not revoked. */
    keyCount: z.int(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Partner = z.infer<typeof partner>;

export const application = z
  .object({
    id: applicationId,
    partnerId,
    partnerName: z.string(),
    name: z.string(),
    slug: applicationSlug,
    contactEmail: z.string(),
    note: z.string(),
    externalId: z.string().nullable(),
    keyCount: z.int(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Application = z.infer<typeof application>;

/** Lines of one import: they are written in one turn, and verification waits meanwhile. */
export const PARTNER_IMPORT_LINES_MAX = 1_000;
const PARTNER_IMPORT_CHARACTERS_MAX = 1024 * 1024;

/** What a line of an import does. `same`: the partner is like that already. */
const partnerImportRow = z
  .object({
    line: z.int(),
    kind: z.enum(['add', 'update', 'same']),
    /** Null for one that a dry run would add. */
    partnerId: partnerId.nullable(),
    name: z.string(),
    /** Fields that change, null where there is nothing. */
    changes: z
      .array(
        z
          .object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

const partnerImportResult = z
  .object({
    rows: z.array(partnerImportRow).readonly(),
    /** Lines that are left out. `name` is empty where there is none. */
    problems: z
      .array(z.object({ line: z.int(), name: z.string(), message: z.string() }).readonly())
      .readonly(),
  })
  .readonly();
export type PartnerImportResult = z.infer<typeof partnerImportResult>;

const deleted = z.object({ deleted: z.literal(true) });

export const partnerProcedures = {
  'partners.create': command(
    'admin',
    z.strictObject({
      name: displayName,
      tier,
      contactName: displayName.nullable().default(null),
      contactEmail: emailAddress,
      note: orAbsent(noteText, ''),
      recipientKey: recipientKey.default(null),
    }),
    partner,
    ['NAME_TAKEN'],
  ),
  'partners.list': query(
    'viewer',
    z.strictObject({ text: z.string().max(200).optional() }),
    z.object({ items: z.array(partner).readonly() }),
  ),
  'partners.get': query('viewer', z.strictObject({ partnerId }), partner, ['PARTNER_NOT_FOUND']),
  'partners.update': command(
    'admin',
    z.strictObject({
      partnerId,
      name: displayName.optional(),
      tier: tier.optional(),
      contactName: displayName.nullable().optional(),
      contactEmail: emailAddress.optional(),
      note: noteText.optional(),
      recipientKey: recipientKey.optional(),
    }),
    partner,
    ['PARTNER_NOT_FOUND', 'NAME_TAKEN'],
  ),
  // With its applications. Revoked keys stay too: requests and the trail name them, and they are refused as revoked.
  'partners.delete': command('admin', z.strictObject({ partnerId }), deleted, [
    'PARTNER_NOT_FOUND',
    'HAS_KEYS',
  ]),
  /** Adds and changes partners by name, from CSV with a line of column names. An empty cell leaves what is there. Lines with a problem
   *  are left out and told; all others are written in one transaction, each partner with its own audit event. */
  'partners.import': command(
    'admin',
    z.strictObject({
      text: z.string().min(1).max(PARTNER_IMPORT_CHARACTERS_MAX, 'At most 1 MiB. Import it in parts.'),
      /** Says what an import would do and does nothing. */
      dryRun: orAbsent(z.boolean(), false),
    }),
    partnerImportResult,
    ['IMPORT_UNREADABLE'],
  ),
  'applications.create': command(
    'admin',
    z.strictObject({
      partnerId,
      name: displayName,
      slug: applicationSlug,
      contactEmail: emailAddress,
      note: orAbsent(noteText, ''),
      externalId: externalId.nullable().default(null),
    }),
    application,
    ['PARTNER_NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN'],
  ),
  'applications.list': query(
    'viewer',
    z.strictObject({ partnerId: partnerId.optional() }),
    z.object({ items: z.array(application).readonly() }),
  ),
  'applications.get': query('viewer', z.strictObject({ applicationId }), application, [
    'APPLICATION_NOT_FOUND',
  ]),
  // The slug is inside the hash of every key of the application: it cannot change.
  'applications.update': command(
    'admin',
    z.strictObject({
      applicationId,
      name: displayName.optional(),
      contactEmail: emailAddress.optional(),
      note: noteText.optional(),
      externalId: externalId.nullable().optional(),
    }),
    application,
    ['APPLICATION_NOT_FOUND', 'NAME_TAKEN'],
  ),
  'applications.delete': command('admin', z.strictObject({ applicationId }), deleted, [
    'APPLICATION_NOT_FOUND',
    'HAS_KEYS',
  ]),
} as const;
