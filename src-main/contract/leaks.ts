import { z } from 'zod';
import { cidr } from './bindings.ts';
import { handoffFields, newHandoff } from './handoffs.ts';
import { keyId, leakId, timestampMs } from './ids.ts';
import { environment, POLICY_ERRORS } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { reasonText } from './names.ts';
import { command, query } from './procedure.ts';

/** Different keys of one text that are asked about. */
export const MATCHED_KEYS_MAX = 1_000;
/** Incidents that a list shows. */
export const LEAKS_MAX = 200;
/** Rows of the log that attempts after a containment are counted from. */
export const ATTEMPTS_COUNTED_MAX = 500;

/** What an attacker has: the secret that was found works now, it works no more, or only the public part of the key was seen. */
export const LEAK_STATES = ['usable', 'dead', 'unproven'] as const;

/** A key of this store that a text names, what it may do and what it did. */
export const leakMatch = z
  .object({
    keyId,
    name: z.string(),
    environment,
    status: keyStatus,
    partnerName: z.string(),
    applicationName: z.string(),
    contactEmail: z.string(),
    expiresAt: timestampMs.nullable(),
    state: z.enum(LEAK_STATES),
    /** Of the secret that was found; null when only the public part was. */
    secretVersion: z.int().nullable(),
    /** How many secrets the key has had. */
    secretCount: z.int(),
    /** What its scopes and rules allow, in words: `GET /inventory/**`. At most 20. */
    may: z.array(z.string()).readonly(),
    mayCount: z.int(),
    /** Something of it is no mere reading. */
    canWrite: z.boolean(),
    /** Limits in force, in words. */
    limits: z.array(z.string()).readonly(),
    /** Requests of the last 24 hours; null while the log does not answer. */
    lastDay: z.object({ total: z.int(), refused: z.int() }).readonly().nullable(),
    lastUsedAt: timestampMs.nullable(),
    /** The incident that goes on about it. */
    openLeakId: leakId.nullable(),
  })
  .readonly();
export type LeakMatch = z.infer<typeof leakMatch>;

const leakFields = {
  id: leakId,
  keyId,
  /** As it was when it was found. */
  keyName: z.string(),
  secretVersion: z.int().nullable(),
  /** Where it was found, in people's words; may be empty. */
  place: z.string(),
  foundAt: timestampMs,
  foundBy: z.string(),
  /** null: the key was removed since. */
  status: keyStatus.nullable(),
  /** From when on what was found no longer worked; null while it does. */
  containedAt: timestampMs.nullable(),
  /** What made an end of it. */
  containedBy: z.enum(['revoked', 'suspended', 'expired', 'secret_ended', 'removed']).nullable(),
  notifiedAt: timestampMs.nullable(),
  notifiedBy: z.string().nullable(),
  /** The key that was made in its place. */
  replacedBy: keyId.nullable(),
  closedAt: timestampMs.nullable(),
  closedBy: z.string().nullable(),
  closedNote: z.string().nullable(),
};

/** One key that others can read, from the find to the end. */
export const leak = z.object(leakFields).readonly();
export type Leak = z.infer<typeof leak>;

/** The log of a leaked key around its containment. */
export const leakTraffic = z
  .object({
    /** Newest request that passed with what was found; null when none is in the log. */
    lastPassedAt: timestampMs.nullable(),
    /** Requests with it that were refused since it was contained. */
    attempts: z.int(),
    /** There are more than were counted. */
    hasMoreAttempts: z.boolean(),
    firstRefusedAt: timestampMs.nullable(),
    lastRefusedAt: timestampMs.nullable(),
    /** Who called since it was found, most frequent first, at most 50; `isKnown`: the address called in the 30 days before, too. */
    callers: z
      .array(
        z
          .object({
            clientIp: z.string().nullable(),
            userAgent: z.string().nullable(),
            count: z.int(),
            lastAt: timestampMs,
            isKnown: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type LeakTraffic = z.infer<typeof leakTraffic>;

export const leakWithTraffic = leak
  .unwrap()
  /** null while the log does not answer. */
  .extend({ traffic: leakTraffic.nullable() })
  .readonly();
export type LeakWithTraffic = z.infer<typeof leakWithTraffic>;

export const leakProcedures = {
  /** Which keys of this store a text names, that its reader has searched and hashed: nothing of a secret leaves there. The most
   *  dangerous first. `foreign`: key ids that this store does not know. Nothing is stored. */
  'leaks.match': query(
    'viewer',
    z.strictObject({
      /** SHA-256 of whole keys, as hex. */
      hashes: z
        .array(z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 characters 0 to 9 and a to f.'))
        .max(MATCHED_KEYS_MAX)
        .readonly(),
      /** Key ids that stand in the text, of the whole keys too. */
      keyIds: z.array(keyId).max(MATCHED_KEYS_MAX).readonly(),
    }),
    z.object({
      /** When it was asked: that is when the leak was found. */
      at: timestampMs,
      matches: z.array(leakMatch).readonly(),
      foreign: z.array(keyId).readonly(),
    }),
  ),
  /** Begins an incident, or answers the one that goes on about this key. Needed for no containment: revoke first if in doubt. */
  'leaks.record': command(
    'issuer',
    z.strictObject({
      keyId,
      secretVersion: z.int().min(1).nullable().default(null),
      place: z.string().trim().max(200).default(''),
      /** When it was found, if not now; at most a week ago. */
      foundAt: timestampMs.optional(),
    }),
    leak,
    ['KEY_NOT_FOUND'],
  ),
  /** Newest first, at most LEAKS_MAX. */
  'leaks.list': query(
    'viewer',
    z.strictObject({ keyId: keyId.optional(), isOpen: z.boolean().optional() }),
    z.object({ items: z.array(leak).readonly(), total: z.int() }),
  ),
  'leaks.get': query('viewer', z.strictObject({ leakId }), leakWithTraffic, ['LEAK_NOT_FOUND']),
  /** A key with the policy of the leaked one, whose secret goes straight into a link: nobody on our side sees it. */
  'leaks.replace': command(
    'admin',
    z.strictObject({
      leakId,
      ...handoffFields,
      /** Bind the new key to these addresses or networks; left out: to those of the leaked key. */
      ipAllow: z.array(cidr).max(100).readonly().optional(),
    }),
    newHandoff,
    ['LEAK_NOT_FOUND', 'KEY_NOT_FOUND', 'WRONG_STATUS', 'HANDOFF_CHANNEL_BLOCKED', ...POLICY_ERRORS],
    ['link', 'code'],
  ),
  /** The owner of the key was told. */
  'leaks.notify': command('issuer', z.strictObject({ leakId }), leak, ['LEAK_NOT_FOUND', 'WRONG_STATUS']),
  /** Nothing more is to be done. */
  'leaks.close': command('issuer', z.strictObject({ leakId, note: reasonText }), leak, [
    'LEAK_NOT_FOUND',
    'WRONG_STATUS',
  ]),
  /** The whole incident as a document, without any secret. */
  'leaks.report': query(
    'viewer',
    z.strictObject({ leakId }),
    z.object({ fileName: z.string(), markdown: z.string() }).readonly(),
    ['LEAK_NOT_FOUND'],
  ),
} as const;
