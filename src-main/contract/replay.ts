import { z } from 'zod';
import { jobId, keyId, partnerId, requestId, serviceId, templateId, timestampMs } from './ids.ts';
import { updateKeyInput } from './key-policy.ts';
import { rateLimit } from './plans.ts';
import { query } from './procedure.ts';
import { rule } from './scopes.ts';
import { decisionCode } from './verify.ts';

/** How many days of requests can be replayed. */
export const REPLAY_DAYS = [7, 30] as const;
export type ReplayDays = (typeof REPLAY_DAYS)[number];
/** Keys of one replay: those of a template. */
export const REPLAY_KEYS_MAX = 500;
/** Requests of one replay: of more, the newest. */
export const REPLAY_ROWS_MAX = 1_000_000;
/** Changed requests that are listed one by one. */
export const REPLAY_CHANGED_MAX = 100;
/** Groups of changed requests that are listed. */
export const REPLAY_GROUPS_MAX = 200;
const SUGGESTIONS_MAX = 100;

/** Fields of a key that are to be other than they are saved; what is left out stays. */
export const replayDraft = updateKeyInput
  .pick({
    scopeIds: true,
    rules: true,
    planId: true,
    rateLimit: true,
    rateLimits: true,
    quota: true,
    expiresAt: true,
    expiryGraceMs: true,
    ipAllow: true,
    originAllow: true,
    userAgentAllow: true,
    serviceAllow: true,
    timeAllow: true,
    bindingMode: true,
  })
  .readonly();
export type ReplayDraft = z.infer<typeof replayDraft>;

const replayDays = z.literal(REPLAY_DAYS);

/** What of a replay is not as it would be in life, or is left as the log has it. */
export const REPLAY_NOTES = [
  /** More requests than REPLAY_ROWS_MAX: the newest were replayed. */
  'CAPPED',
  /** Retention has removed older requests of the range. */
  'REMOVED',
  /** Requests that were only reported by services: nobody decided them here. */
  'REPORTED_ONLY',
  /** Refused because the key was revoked, suspended, expired or replaced then: that stays. */
  'STATE_KEPT',
  /** The origin of a request is not in the log: what the key's origins said stays. */
  'ORIGIN_NOT_LOGGED',
  /** Signatures are not in the log: what was said of them stays. */
  'SIGNATURE_NOT_LOGGED',
  /** The service asked for scopes by name; names are not in the log: that stays. */
  'SCOPES_NOT_LOGGED',
  /** Made with a token, whose part of the key's rights is not in the log: that stays, unless the key itself is refused. */
  'TOKEN_NOT_LOGGED',
  /** Path or user agent are in the log cut or rewritten: that stays. */
  'TEXT_CUT',
  /** Limits were counted again, and costs of refused requests as 1. */
  'LIMITS_COUNTED',
  /** Limits are shared with more other keys than are counted along. */
  'SHARED_NOT_COUNTED',
  /** The draft's expiry is after the last of these requests. */
  'EXPIRY_LATER',
] as const;

const replayNote = z
  .object({
    code: z.enum(REPLAY_NOTES),
    /** Requests it is about; null where it is about none in particular. */
    count: z.int().nullable(),
    /** A sentence for people. */
    text: z.string(),
  })
  .readonly();
export type ReplayNote = z.infer<typeof replayNote>;

const whose = {
  keyId,
  keyName: z.string(),
  partnerId,
  partner: z.string(),
  serviceId,
  service: z.string(),
  method: z.string().nullable(),
};

/** Requests to one endpoint with one key that would be decided otherwise in one way. */
export const replayGroup = z
  .object({
    ...whose,
    /** Path of the catalogue that they match, else their own path; null when the service asked for scopes only. */
    endpoint: z.string().nullable(),
    was: decisionCode,
    now: decisionCode,
    count: z.int(),
    /** Of these: would already be decided so by what is saved now, because it was edited since. */
    alreadySaved: z.int(),
    lastAt: timestampMs,
  })
  .readonly();
export type ReplayGroup = z.infer<typeof replayGroup>;

/** One request that would be decided otherwise. */
export const replayChange = z
  .object({
    ...whose,
    requestId,
    at: timestampMs,
    path: z.string().nullable(),
    clientIp: z.string().nullable(),
    was: decisionCode,
    now: decisionCode,
    /** The rule that decided then, and the one that would decide; null where no rule did. */
    wasRule: z.string().nullable(),
    nowRule: z.string().nullable(),
    /** What a caller would be told; null when allowed. */
    nowMessage: z.string().nullable(),
    alreadySaved: z.boolean(),
  })
  .readonly();
export type ReplayChange = z.infer<typeof replayChange>;

/** What the log's decisions are against those of the draft. `replayed` = the sum of the four below it. */
export const replayCounts = z
  .object({
    replayed: z.int(),
    same: z.int(),
    newlyRefused: z.int(),
    newlyAllowed: z.int(),
    /** Refused then and now, for another reason. */
    refusedOtherwise: z.int(),
    /** Of the changed ones: what is saved now would already decide so. */
    alreadySaved: z.int(),
    /** Requests of other keys that share a limit with these and would be decided otherwise. */
    ofOtherKeys: z.int(),
  })
  .readonly();
export type ReplayCounts = z.infer<typeof replayCounts>;

export const replayResult = z
  .object({
    /** As they were named; empty when a template was. */
    keyIds: z.array(keyId).readonly(),
    /** Whose keys these are; null when keys were named. */
    templateId: templateId.nullable(),
    days: replayDays,
    draft: replayDraft,
    /** From (inclusive) to (exclusive); later than asked where requests were removed or too many. */
    from: timestampMs,
    to: timestampMs,
    counts: replayCounts,
    /** Most first, at most REPLAY_GROUPS_MAX. */
    groups: z.array(replayGroup).readonly(),
    groupCount: z.int(),
    /** Newest first, at most REPLAY_CHANGED_MAX. */
    changed: z.array(replayChange).readonly(),
    notes: z.array(replayNote).readonly(),
  })
  .readonly();
export type ReplayResult = z.infer<typeof replayResult>;

const suggestedRule = z
  .object({
    rule,
    /** Requests of the range that it would let pass and that are refused now. */
    count: z.int(),
    lastAt: timestampMs,
    /** The service that asked. */
    service: z.string(),
    /** Its path is that of an endpoint of the catalogue. */
    isInCatalogue: z.boolean(),
  })
  .readonly();
export type SuggestedRule = z.infer<typeof suggestedRule>;

const suggestedLimit = z
  .object({
    rateLimit,
    /** Most requests in any `rateLimit.windowMs`, and when it ended. */
    peak: z.int(),
    peakAt: timestampMs,
    /** The key's limit now, its own or its plan's. */
    current: rateLimit.nullable(),
  })
  .readonly();

export const replaySuggestions = z
  .object({
    from: timestampMs,
    to: timestampMs,
    /** Requests that were looked at. */
    requestCount: z.int(),
    /** Endpoints refused for lack of a rule, most first. */
    toAdd: z.array(suggestedRule).max(SUGGESTIONS_MAX).readonly(),
    /** Places in the key's own rules that decided no request; never deny rules. */
    unusedRules: z.array(z.int()).readonly(),
    /** Names of scopes without deny rules of which no rule decided a request, and that no service can have asked for. */
    unusedScopes: z.array(z.string()).readonly(),
    /** null when there was too little traffic. */
    limit: suggestedLimit.nullable(),
    /** The range had more requests than REPLAY_ROWS_MAX: the newest were looked at. */
    isCapped: z.boolean(),
  })
  .readonly();
export type ReplaySuggestions = z.infer<typeof replaySuggestions>;

const policyErrors = ['KEY_NOT_FOUND', 'SCOPE_NOT_FOUND', 'PLAN_NOT_FOUND', 'SERVICE_NOT_FOUND'] as const;

export const replayProcedures = {
  /** Starts a job that decides the requests of these keys once more, with a draft. Reads only: nothing of it is kept but its result,
   *  in memory, as long as the job is listed. */
  'replay.start': query(
    'viewer',
    z
      .strictObject({
        keyIds: z.array(keyId).min(1).max(REPLAY_KEYS_MAX).readonly().optional(),
        /** Instead of keyIds: every key of this template that is not revoked, however many; a limit that keys share is counted among
         *  REPLAY_KEYS_MAX of them at a time. */
        templateId: templateId.optional(),
        days: replayDays,
        draft: replayDraft,
      })
      .refine((input) => (input.keyIds === undefined) !== (input.templateId === undefined), {
        path: ['keyIds'],
        message: 'Name either keys or a template.',
      }),
    z.object({ jobId }),
    [...policyErrors, 'TEMPLATE_NOT_FOUND'],
  ),
  /** What a replay found. WRONG_STATUS while it runs and when it did not come to its end. */
  'replay.result': query('viewer', z.strictObject({ jobId }), replayResult, [
    'JOB_NOT_FOUND',
    'WRONG_STATUS',
  ]),
  /** What the traffic of a key says about its policy as it is saved. */
  'replay.suggest': query('viewer', z.strictObject({ keyId, days: replayDays }), replaySuggestions, [
    'KEY_NOT_FOUND',
  ]),
} as const;
