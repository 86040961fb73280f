import { z } from 'zod';
import { timestampMs } from './ids.ts';
import { role } from './tokens.ts';

/** POST /api/session/pair: the code of a pairing link, `/#code=…`. Works once. */
export const pairRequest = z.strictObject({ code: z.string().min(1).max(128) });

/** POST /api/session/token: sign in with an admin token instead. */
export const tokenSignInRequest = z.strictObject({ token: z.string().trim().min(1).max(512) });

/** Answer of GET /api/session: who this browser is, and until when. */
export const sessionInfo = z
  .object({
    id: z.string(),
    role,
    name: z.string(),
    createdAt: timestampMs,
    /** Without another call the session ends then. */
    idleEndsAt: timestampMs,
    /** It ends then in any case. */
    absoluteEndsAt: timestampMs,
  })
  .readonly();
export type SessionInfo = z.infer<typeof sessionInfo>;

/** Answer of both sign-in calls; the cookie comes beside it. Keep `csrfToken` in memory or sessionStorage only. */
export const signedIn = z.object({ csrfToken: z.string(), session: sessionInfo }).readonly();
export type SignedIn = z.infer<typeof signedIn>;
