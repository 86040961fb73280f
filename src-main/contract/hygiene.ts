import { z } from 'zod';
import { handoff } from './handoffs.ts';
import { keyId, timestampMs } from './ids.ts';
import { environment, POLICY_ERRORS, policyFields } from './key-policy.ts';
import { key } from './keys.ts';
import { displayName, reasonText } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';
import { rules } from './scopes.ts';

/** What the board looks for. Each is a filter of `keys.list`, so that a figure is the number of rows behind its link. */
export const HYGIENE_KINDS = [
  'sharing',
  'nearExpiry',
  'overScoped',
  'neverUsed',
  'idle',
  'noExpiry',
  'noLimit',
  'missingContact',
] as const;
export const hygieneKind = z.enum(HYGIENE_KINDS);
export type HygieneKind = z.infer<typeof hygieneKind>;

/** Keys that are named in each kind. */
export const HYGIENE_KEYS_MAX = 5;

/** New networks and programs of a key that are named. */
export const NEW_NAMES_MAX = 20;
/** Networks and programs of one party that are named, the most used ones. */
export const PARTY_NAMES_MAX = 10;
/** Endpoints of one party that are told, the most used ones: as many rules as a key may have of its own, with room for denials. */
export const PARTY_ENDPOINTS_MAX = 48;

/** What tells a party apart from the largest one of the same key. */
export const PARTY_DIFFERENCES = ['app', 'networks', 'programs', 'endpoints'] as const;
export type PartyDifference = (typeof PARTY_DIFFERENCES)[number];

/** One of those that seem to share a key, in the last 29 days. */
export const sharingParty = z
  .object({
    /** The name that it gives itself by a tag such as `app=billing`. */
    app: z.string().nullable(),
    networks: z.array(z.string()).readonly(),
    networkCount: z.int(),
    programs: z.array(z.string()).readonly(),
    /** Allowed requests by endpoint (`GET /items/*`), most first. */
    endpoints: z.array(z.object({ endpoint: z.string(), requests: z.int() }).readonly()).readonly(),
    endpointCount: z.int(),
    requests: z.int(),
    /** Hours of the day (UTC) with requests, ascending. */
    hours: z.array(z.int()).readonly(),
    /** Days with requests. */
    days: z.int(),
    /** Start of the first and of the last of these days (UTC). */
    firstAt: timestampMs,
    lastAt: timestampMs,
    /** Empty for the largest one. */
    apart: z.array(z.enum(PARTY_DIFFERENCES)).readonly(),
    /** Hours in which it and the largest one both called. */
    commonHours: z.int(),
  })
  .readonly();
export type SharingParty = z.infer<typeof sharingParty>;

/** A name that requests of the last 29 days gave their application. */
const toldApp = z.object({ name: z.string(), requests: z.int() }).readonly();
export type ToldApp = z.infer<typeof toldApp>;

/** An endpoint (`GET /items/*`) that a key called in the last 24 hours and not in the 28 days before; allowed requests. */
const newEndpoint = z.object({ endpoint: z.string(), requests: z.int() }).readonly();
export type NewEndpoint = z.infer<typeof newEndpoint>;

/** Who uses a key, and what speaks for it being shared: the last 24 hours beside the busiest of the 28 days before. A caller is one
 *  address with one agent. */
const sharingEvidence = z.object({
  callers: z.int(),
  callersADay: z.int(),
  /** In the last 7 days, from the start of the first of them (UTC). */
  callersWeek: z.int(),
  networks: z.int(),
  networksADay: z.int(),
  /** Never seen in the 28 days before, by name, at most 20: `203.0.113.0/24`. */
  newNetworks: z.array(z.string()).readonly(),
  agents: z.int(),
  agentsADay: z.int(),
  newAgents: z.array(z.string()).readonly(),
  /** Of the 28 days before, those with requests. */
  baselineDays: z.int(),
  /** How many parties seem to share it; 0 when all its callers can well be one. */
  parties: z.int(),
  /** Names that requests gave their application and that are not the key's own, the most used first, at most 20. */
  otherApps: z.array(toldApp).readonly(),
  /** The most called ones first, at most 20; null: with fewer than 3 days to compare with, or more endpoints than are told apart. */
  newEndpoints: z.array(newEndpoint).readonly().nullable(),
});
export type SharingEvidence = z.infer<typeof sharingEvidence>;

/** Keys that one key is split into at most. */
export const SPLIT_KEYS_MAX = 10;

const splitPart = z
  .strictObject({
    name: displayName,
    /** What it may call, beside which it has the denials of the original; each must be allowed by the original. null: all that the
     *  original may. */
    rules: rules.nullable(),
    /** Networks that it is bound to; empty: as the original. */
    ipAllow: orAbsent(policyFields.ipAllow, []),
  })
  .readonly();

/** One of the keys that a key was split into. */
const splitKey = z
  .object({
    key,
    /** The newest of its handoffs; null: it was handed to nobody yet. */
    handoff: handoff.nullable(),
  })
  .readonly();

/** A key that was split, and how far its successors are. */
export const keySplit = z
  .object({
    at: timestampMs,
    by: z.string(),
    /** When the original ends. */
    endsAt: timestampMs.nullable(),
    keys: z.array(splitKey).readonly(),
    /** Why it can no longer be undone; null while it can. */
    undoObstacle: z.string().nullable(),
  })
  .readonly();
export type KeySplit = z.infer<typeof keySplit>;

/** That somebody called those who use a key one party. */
const sharingDismissal = z
  .object({
    reason: z.string(),
    by: z.string(),
    at: timestampMs,
    /** The evidence has changed since: the key is suspected again. */
    isOutdated: z.boolean(),
  })
  .readonly();
export type SharingDismissal = z.infer<typeof sharingDismissal>;

const whoShares = z.object({
  isSuspected: z.boolean(),
  dismissal: sharingDismissal.nullable(),
  /** null without a request in the last 29 days. */
  evidence: sharingEvidence.readonly().nullable(),
  /** The largest first; empty when all callers can well be one. `rules` allow what it called, as far as the key may; null where that
   *  cannot be said by rules. */
  parties: z.array(sharingParty.unwrap().extend({ rules: rules.nullable() }).readonly()).readonly(),
  /** Requests of callers that are too few to say whose they are. */
  others: z.int(),
  split: keySplit.nullable(),
});

export const hygieneProcedures = {
  /** Who seems to use one key, what each of them called, and what became of a split. UNAVAILABLE while the request log is down. */
  'hygiene.sharing': query('viewer', z.strictObject({ keyId }), whoShares, ['KEY_NOT_FOUND']),
  /** Those who use a key are one party: it is no longer among those suspected, until the evidence says something new. */
  'hygiene.dismissSharing': command(
    'admin',
    z.strictObject({ keyId, reason: reasonText }),
    sharingDismissal,
    ['KEY_NOT_FOUND', 'WRONG_STATUS'],
  ),
  /** Takes that back. */
  'hygiene.reviewSharing': command('admin', z.strictObject({ keyId }), z.object({ keyId }).readonly(), [
    'KEY_NOT_FOUND',
    'WRONG_STATUS',
  ]),
  /** Makes a key for each party that shares one, and lets the original end, in one transaction. Nobody sees the secrets of the new keys:
   *  each gets a new one with its handoff. */
  'keys.split': command(
    'admin',
    z.strictObject({
      keyId,
      parts: z.array(splitPart).min(2).max(SPLIT_KEYS_MAX).readonly(),
      endsAt: timestampMs,
    }),
    keySplit,
    ['KEY_NOT_FOUND', 'WRONG_STATUS', ...POLICY_ERRORS, 'APPLICATION_NOT_FOUND', 'TEMPLATE_NOT_FOUND'],
  ),
  /** Takes a split back while nobody has received or used one of its keys: they are revoked, their handoffs withdrawn, and the original
   *  ends as it would have. */
  'keys.undoSplit': command('admin', z.strictObject({ keyId }), key, ['KEY_NOT_FOUND', 'WRONG_STATUS']),
  /** Who uses keys: for the rows of a list that are in view, and for the page of one. `evidence` is null without a request in the
   *  last 29 days. UNAVAILABLE while the request log is down. */
  'hygiene.callers': query(
    'viewer',
    z.strictObject({ keyIds: z.array(keyId).min(1).max(200).readonly() }),
    z
      .array(z.object({ keyId, isSuspected: z.boolean(), evidence: sharingEvidence.readonly().nullable() }))
      .readonly(),
  ),
  /** Keys in use that somebody should look at, by kind. Never waits for the request log: what only it knows has no count meanwhile. */
  'hygiene.board': query(
    'viewer',
    z.strictObject({ environment: environment.optional() }),
    z.object({
      items: z
        .array(
          z.object({
            kind: hygieneKind,
            count: z.int().nullable(),
            /** Why there is no count: the log is read for the first time since the start, or it is down; null where there is one. */
            missing: z.enum(['reading', 'down']).nullable(),
            /** The first few, in the order of the list behind the link. */
            keys: z
              .array(
                z.object({
                  keyId,
                  name: z.string(),
                  environment,
                  applicationName: z.string(),
                  /** Only of `sharing`. */
                  sharing: sharingEvidence.nullable(),
                  /** Only of `overScoped`: allow rules that decided nothing in 29 days, at most 20. */
                  unusedRules: z.array(z.string()).readonly(),
                }),
              )
              .readonly(),
          }),
        )
        .readonly(),
    }),
  ),
} as const;
