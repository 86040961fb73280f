import { z } from 'zod';
import { timestampMs } from './ids.ts';
import { credentialFields, limitFields, needsCredential, quotaState, validDecision } from './verify.ts';

/** Body of POST /v1/lookup. */
export const lookupRequest = needsCredential(z.strictObject(credentialFields));
export type LookupRequest = z.output<typeof lookupRequest>;

const { application, key, partner } = validDecision.unwrap().shape;

/** Answer of POST /v1/lookup. A key without a scope or rule at the calling service is answered as one that does not exist. */
export const lookupResponse = z.discriminatedUnion('found', [
  z.object({ found: z.literal(false) }).readonly(),
  z
    .object({
      found: z.literal(true),
      key: key.extend({
        status: z.enum(['active', 'suspended', 'expired', 'revoked']),
        /** Of the presented secret: see `rotation` of a verification. */
        secretState: z.enum(['current', 'retiring', 'ended']),
        secretEndsAt: timestampMs.nullable(),
        createdAt: timestampMs,
      }),
      application,
      partner,
      rateLimit: limitFields.rateLimit,
      rateLimits: limitFields.rateLimits,
      quota: quotaState,
    })
    .readonly(),
]);
export type LookupResponse = z.infer<typeof lookupResponse>;
