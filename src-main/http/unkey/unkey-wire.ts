import { z } from 'zod';
import { NAMED_LIMITS_MAX, WINDOW_MS_MIN } from '#contract/plans.ts';
import { TOKEN_CHARACTERS_MAX } from '#contract/token-exchange.ts';

/** Their bounds are wider than those of our own limits. */
const NAME_CHARACTERS_MAX = 255;
const LIMIT_MAX = 1_000_000;
const DURATION_MS_MAX = 30 * 86_400_000;

/** Body of POST /v2/keys.verifyKey, as clients of Unkey send it. `apiId` is no longer in their schema but still in many calls. */
export const unkeyVerifyRequest = z.strictObject({
  /** 512 characters there; a token that a key was exchanged for is longer. */
  key: z.string().min(1).max(TOKEN_CHARACTERS_MAX),
  apiId: z.string().min(1).max(256).optional(),
  tags: z.array(z.string().min(1).max(512)).max(20).readonly().optional(),
  permissions: z.string().min(1).max(1_000).optional(),
  credits: z.strictObject({ cost: z.int().min(0).max(1_000_000_000_000).default(1) }).optional(),
  ratelimits: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(NAME_CHARACTERS_MAX),
        cost: z.int().min(0).max(LIMIT_MAX).default(1),
        limit: z.int().min(1).max(LIMIT_MAX).optional(),
        duration: z.int().min(WINDOW_MS_MIN).max(DURATION_MS_MAX).optional(),
      }),
    )
    .max(NAMED_LIMITS_MAX)
    .superRefine((limits, refinement) => {
      limits.forEach(({ name }, index) => {
        if (limits.findIndex((other) => other.name === name) === index) return;
        const message = 'This name is given twice: only one of them could hold.';
        refinement.addIssue({ code: 'custom', message, path: [index, 'name'] });
      });
    })
    .readonly()
    .optional(),
  /** Names a scheme of imported keys there. Ours are found by their hash, so it is taken and not used. */
  migrationId: z.string().max(256).optional(),
});
export type UnkeyVerifyRequest = z.output<typeof unkeyVerifyRequest>;

export const unkeyCode = z.enum([
  'VALID',
  'NOT_FOUND',
  'FORBIDDEN',
  'INSUFFICIENT_PERMISSIONS',
  'USAGE_EXCEEDED',
  'RATE_LIMITED',
  'DISABLED',
  'EXPIRED',
]);
export type UnkeyCode = z.infer<typeof unkeyCode>;

const meta = z.object({ requestId: z.string() });

/** Answer of POST /v2/keys.verifyKey whenever the check ran. */
export const unkeyVerifyResponse = z
  .object({
    meta,
    data: z.object({
      valid: z.boolean(),
      code: unkeyCode,
      /** This and the rest are left out when the key is not known. */
      keyId: z.string().optional(),
      name: z.string().optional(),
      enabled: z.boolean().optional(),
      meta: z.record(z.string(), z.unknown()).optional(),
      /** ms UTC; left out for a key without end. */
      expires: z.int().optional(),
      /** What is left of the calendar quota; left out without one. */
      credits: z.int().optional(),
      /** Names of the key's scopes at the calling service. */
      permissions: z.array(z.string()).readonly().optional(),
      /** Always empty: scopes are granted one by one here. */
      roles: z.array(z.string()).readonly().optional(),
      /** The application; `externalId` is the key's own, else the application's slug. */
      identity: z.object({ id: z.string(), externalId: z.string() }).optional(),
      ratelimits: z
        .array(
          z.object({
            id: z.string(),
            name: z.string(),
            limit: z.int(),
            /** Window and time until a request fits again, ms. */
            duration: z.int(),
            reset: z.int(),
            remaining: z.int(),
            exceeded: z.boolean(),
            /** Not one that only the request brought. */
            autoApply: z.boolean(),
          }),
        )
        .readonly()
        .optional(),
    }),
  })
  .readonly();
export type UnkeyVerifyResponse = z.infer<typeof unkeyVerifyResponse>;

/** Every other answer below /v2/. `errors` says which field of the body was wrong, why, and what to do. */
export const unkeyErrorResponse = z
  .object({
    meta,
    error: z.object({
      title: z.string(),
      detail: z.string(),
      status: z.int(),
      type: z.string(),
      errors: z
        .array(z.object({ location: z.string(), message: z.string(), fix: z.string().optional() }))
        .readonly()
        .optional(),
    }),
  })
  .readonly();
export type UnkeyErrorResponse = z.infer<typeof unkeyErrorResponse>;
