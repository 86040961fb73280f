import { z } from 'zod';
import { applicationId, keyId, serviceId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { limitsLeft } from './limits-left.ts';
import { decisionCode } from './verify.ts';

/** How far back a key holder sees. */
export const HOLDER_USAGE_MS = 7 * 86_400_000;

/** Why requests failed, what that means and what its holder can do. */
export const holderError = z
  .object({
    /** A code of a decision, or the class of the status that services reported. */
    cause: z.union([decisionCode, z.enum(['4xx', '5xx'])]),
    count: z.int(),
    meaning: z.string(),
    whatToDo: z.string(),
  })
  .readonly();
export type HolderError = z.infer<typeof holderError>;

/** GET /v1/me: what the holder of a key sees of it. Nothing in it is secret. */
export const meResponse = z
  .object({
    key: z
      .object({
        keyId,
        name: z.string(),
        environment,
        status: keyStatus,
        createdAt: timestampMs,
        expiresAt: timestampMs.nullable(),
        /** Until when it passes although it has expired; null = it has no grace. */
        graceEndsAt: timestampMs.nullable(),
        /** What the operator says to callers of a suspended key. */
        message: z.string().nullable(),
        parent: z.object({ keyId, name: z.string() }).readonly().nullable(),
      })
      .readonly(),
    application: z.object({ id: applicationId, name: z.string() }).readonly(),
    /** In words, one line each: `Trade API: may GET /inventory/**`. */
    scopes: z
      .array(
        z
          .object({
            name: z.string(),
            service: z.string(),
            serviceId,
            description: z.string(),
            may: z.array(z.string()).readonly(),
            mayNot: z.array(z.string()).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Rules of the key's own, for every service. */
    ownRules: z
      .object({ may: z.array(z.string()).readonly(), mayNot: z.array(z.string()).readonly() })
      .readonly(),
    /** Asking spends nothing. */
    limits: limitsLeft,
    rotation: z
      .object({
        /** The presented secret. */
        secretVersion: z.int(),
        secretState: z.enum(['current', 'retiring']),
        /** When the presented secret ends by a rotation; null = it does not. */
        secretEndsAt: timestampMs.nullable(),
        currentVersion: z.int(),
        /** When a new secret is wanted; null = no such policy. */
        dueAt: timestampMs.nullable(),
      })
      .readonly(),
    /** null while the request log cannot be read. */
    usage: z
      .object({
        from: timestampMs,
        to: timestampMs,
        total: z.int(),
        allowed: z.int(),
        refused: z.int(),
        /** Of how many the service told what became of them. */
        reported: z.int(),
        lastUsedAt: timestampMs.nullable(),
      })
      .readonly()
      .nullable(),
    /** Most frequent first. */
    errors: z.array(holderError).readonly(),
    /** Endpoints that were refused, most frequent first. */
    refusedEndpoints: z.array(z.object({ endpoint: z.string(), count: z.int() }).readonly()).readonly(),
    /** Sentences, most urgent first; empty when all is well. */
    whatToDo: z.array(z.string()).readonly(),
    /** Why its holder has a key of their own, in the operator's words. */
    introduction: z.string(),
    contact: z.string().nullable(),
    help: z.string(),
  })
  .readonly();
export type MeResponse = z.infer<typeof meResponse>;

/** POST /v1/self-revoke. The key stands here or in a header. */
export const selfRevokeRequest = z.strictObject({ key: z.string().min(1).max(512).optional() });

/** Its answer, the same for every text. */
export const selfRevokeResponse = z.object({ accepted: z.literal(true), detail: z.string() }).readonly();
export type SelfRevokeResponse = z.infer<typeof selfRevokeResponse>;
