import { z } from 'zod';
import { cursor, keyId, pageLimit, scopeId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { displayName, emailAddress } from './names.ts';
import { rateLimit } from './plans.ts';
import { command, query } from './procedure.ts';

/** An enrolment token: `enr_` and 16 base62 characters. */
export const enrolmentTokenId = z
  .string()
  .regex(/^enr_[0-9A-Za-z]{16}$/, 'Expected an id that starts with enr_.')
  .brand<'EnrolmentTokenId'>();
export type EnrolmentTokenId = z.infer<typeof enrolmentTokenId>;

/** The shortest life of a child key … */
export const CHILD_LIFE_MS_MIN = 60_000;
/** … and the longest: children are for builds and devices of now, not for good. */
export const CHILD_LIFE_MS_MAX = 90 * 86_400_000;
/** Children of one token that may live at once, at most. Every one of them is written when its parent changes. */
export const CHILDREN_MAX = 1_000;
/** Tokens of one key that are neither revoked nor expired, at most. */
export const ENROLMENT_TOKENS_MAX = 20;

/** What a child can be of. The log and its figures are told apart by these. */
export const CHILD_FIELDS = ['version', 'commit', 'build', 'device', 'developer'] as const;
export type ChildField = (typeof CHILD_FIELDS)[number];

/** One such value. Together with its name it is a tag of at most 64 characters. */
const childText = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,47}$/,
    'Use 1 to 48 letters, digits or _ . : / @ + - and start with a letter or digit.',
  );
const commitHash = z
  .string()
  .regex(/^[0-9A-Fa-f]{7,64}$/, 'A commit is 7 to 64 hexadecimal digits.')
  .toLowerCase();

const sentFields = {
  version: childText.optional(),
  commit: commitHash.optional(),
  build: childText.optional(),
  device: childText.optional(),
  developer: childText.optional(),
};

/** POST /v1/enroll. */
export const enrollRequest = z
  .strictObject({
    /** The caller's own: the same request is answered with the same child for ten minutes. */
    requestId: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{8,64}$/, 'A requestId has 8 to 64 letters, digits or . _ : -')
      .optional(),
    ...sentFields,
    /** Who asks, for instance from the first start of a program: kept with the key and shown with it, never in the log. */
    contactName: displayName.optional(),
    contactEmail: emailAddress.optional(),
    /** How long the child is to live; left out: as long as the token allows. */
    lifeMs: z.int().min(CHILD_LIFE_MS_MIN).max(CHILD_LIFE_MS_MAX).optional(),
  })
  .refine((sent) => [...CHILD_FIELDS, 'contactEmail' as const].some((field) => sent[field] !== undefined), {
    message: 'Say what the key is for: version, commit, build, device, developer or contactEmail.',
    path: ['version'],
  });
export type EnrollRequest = z.output<typeof enrollRequest>;

/** Its answer. `secret` is the whole key string. */
export const enrollResponse = z
  .object({
    key: z
      .object({
        keyId,
        name: z.string(),
        environment,
        scopes: z.array(z.string()).readonly(),
        expiresAt: timestampMs,
        tags: z.array(z.string()).readonly(),
      })
      .readonly(),
    secret: z.string(),
    parent: z.object({ keyId, name: z.string() }).readonly(),
    /** An earlier answer to the same requestId. */
    isRepeat: z.boolean(),
  })
  .readonly();
export type EnrollResponse = z.infer<typeof enrollResponse>;

/** With it, builds, devices and developers fetch child keys of one key. Its text is shown once. */
export const enrolmentToken = z
  .object({
    id: enrolmentTokenId,
    /** The parent of its children. */
    keyId,
    name: z.string(),
    /** `lke_…9f4A` */
    hint: z.string(),
    status: z.enum(['active', 'expired', 'revoked']),
    /** What its children may hold, as far as the parent holds it. */
    scopeIds: z.array(scopeId).readonly(),
    hasOwnRules: z.boolean(),
    /** Of each child for itself; all share the limits of the parent. */
    rateLimit: rateLimit.nullable(),
    /** Nobody gets a key with it who does not say name and address. */
    needsContact: z.boolean(),
    childLifeMsMax: z.int(),
    childrenMax: z.int(),
    /** Children that live now, and those ever made. */
    liveCount: z.int(),
    mintedCount: z.int(),
    lastUsedAt: timestampMs.nullable(),
    createdAt: timestampMs,
    expiresAt: timestampMs,
    revokedAt: timestampMs.nullable(),
  })
  .readonly();
export type EnrolmentToken = z.infer<typeof enrolmentToken>;

const childValue = z.string().nullable();

/** A key that was fetched with an enrolment token. */
export const childKey = z
  .object({
    keyId,
    name: z.string(),
    tokenId: enrolmentTokenId,
    tokenName: z.string(),
    version: childValue,
    commit: childValue,
    build: childValue,
    device: childValue,
    developer: childValue,
    /** Who asked for it; empty where that was not told. */
    contactName: z.string(),
    contactEmail: z.string(),
    createdAt: timestampMs,
    /** When its own life ends; it ends earlier with its parent. */
    endsAt: timestampMs,
    /** `removed`: it ended and its record was taken away; the log keeps its requests. */
    status: z.enum([...keyStatus.options, 'removed']),
    lastUsedAt: timestampMs.nullable(),
  })
  .readonly();
export type ChildKey = z.infer<typeof childKey>;

/** Groups of a pivot, newest first. */
export const PIVOT_ROWS_MAX = 100;

/** The children of one version, commit … and what became of their requests. */
export const pivotRow = z
  .object({
    /** null: of children that did not say. */
    value: childValue,
    /** The newest of them. */
    keyId,
    childCount: z.int(),
    liveCount: z.int(),
    firstAt: timestampMs,
    total: z.int(),
    refused: z.int(),
    /** Reported with status 5xx. */
    failed: z.int(),
    reported: z.int(),
    /** (refused + reported 5xx) / total, 0 to 1; 0 when there is nothing. */
    errorRate: z.number(),
  })
  .readonly();
export type PivotRow = z.infer<typeof pivotRow>;

export const enrolmentProcedures = {
  /** Neither children nor foreign tokens: WRONG_STATUS for a child key and one that does not work. */
  'enrolment.createToken': command(
    'admin',
    z.strictObject({
      keyId,
      name: displayName,
      /** Of the parent's; left out: all it holds now. */
      scopeIds: z.array(scopeId).max(50).readonly().optional(),
      /** Do the allow rules of the parent's own hold for children? What they deny always does. */
      hasOwnRules: z.boolean().default(true),
      rateLimit: rateLimit.nullable().default(null),
      needsContact: z.boolean().default(false),
      childLifeMsMax: z.int().min(CHILD_LIFE_MS_MIN).max(CHILD_LIFE_MS_MAX),
      childrenMax: z.int().min(1).max(CHILDREN_MAX).default(100),
      expiresAt: timestampMs,
    }),
    // Null only when an earlier command with the same idempotencyKey already showed it.
    z.object({ enrolmentToken, token: z.string().nullable() }),
    ['KEY_NOT_FOUND', 'WRONG_STATUS', 'SCOPE_NOT_FOUND', 'NAME_TAKEN'],
    ['token'],
  ),
  /** Of one key, newest first. */
  'enrolment.list': query(
    'viewer',
    z.strictObject({ keyId }),
    z.object({ items: z.array(enrolmentToken).readonly() }),
    ['KEY_NOT_FOUND'],
  ),
  /** No child comes of it any more; with `revokesChildren` those that live end as well. */
  'enrolment.revokeToken': command(
    'admin',
    z.strictObject({ enrolmentTokenId, revokesChildren: z.boolean().default(false) }),
    z.object({ enrolmentToken, revokedChildren: z.int() }),
    ['TOKEN_NOT_FOUND', 'WRONG_STATUS'],
  ),
  /** Of one key, newest first, also those that ended. */
  'enrolment.children': query(
    'viewer',
    z.strictObject({
      keyId,
      isLive: z.literal(true).optional(),
      cursor: cursor.optional(),
      limit: pageLimit(200),
    }),
    z.object({ items: z.array(childKey).readonly(), nextCursor: cursor.nullable(), total: z.int() }),
    ['KEY_NOT_FOUND'],
  ),
  /** What became of the requests of children, by one of their fields. Reads roll-ups only: lags the log by up to one batch. */
  'enrolment.pivot': query(
    'viewer',
    z.strictObject({
      keyId,
      by: z.enum(CHILD_FIELDS).default('version'),
      from: timestampMs,
      to: timestampMs,
    }),
    z.object({
      rows: z.array(pivotRow).readonly(),
      /** There are more groups than PIVOT_ROWS_MAX, or more children than are looked at. */
      isCut: z.boolean(),
    }),
    ['KEY_NOT_FOUND', 'RANGE_TOO_LARGE'],
  ),
} as const;
