import { z } from 'zod';
import { timestampMs, tokenId } from './ids.ts';
import { displayName } from './names.ts';
import { command, query, ROLES } from './procedure.ts';

export const role = z.enum(ROLES);

export const adminToken = z
  .object({
    id: tokenId,
    name: z.string(),
    role,
    /** `lka_…9f4A` */
    hint: z.string(),
    createdAt: timestampMs,
    expiresAt: timestampMs.nullable(),
    revokedAt: timestampMs.nullable(),
  })
  .readonly();
export type AdminToken = z.infer<typeof adminToken>;

export const session = z
  .object({
    id: z.string(),
    role,
    /** Of the admin token that it was opened with; else that of every browser that came by a pairing link. */
    name: z.string(),
    /** It ends with that token. */
    tokenId: tokenId.nullable(),
    createdAt: timestampMs,
    lastSeenAt: timestampMs,
    userAgent: z.string(),
    isCurrent: z.boolean(),
  })
  .readonly();
export type Session = z.infer<typeof session>;

export const tokenProcedures = {
  'tokens.create': command(
    'owner',
    z.strictObject({ name: displayName, role, expiresAt: timestampMs.nullable().default(null) }),
    // Null only when an earlier command with the same idempotencyKey already showed it; so is url below.
    z.object({ adminToken, token: z.string().nullable() }),
    ['NAME_TAKEN'],
    ['token'],
  ),
  'tokens.list': query('admin', z.strictObject({}), z.object({ items: z.array(adminToken).readonly() })),
  'tokens.revoke': command('owner', z.strictObject({ tokenId }), adminToken, [
    'TOKEN_NOT_FOUND',
    'WRONG_STATUS',
    'LAST_OWNER_TOKEN',
  ]),
  'sessions.list': query('admin', z.strictObject({}), z.object({ items: z.array(session).readonly() })),
  'sessions.end': command(
    'admin',
    z.strictObject({ sessionId: z.string().max(64) }),
    z.object({ ended: z.literal(true) }),
    ['TOKEN_NOT_FOUND'],
  ),
  /** A one-time link that signs a browser in, good for 60 s. UNAVAILABLE where no admin listener runs. */
  'sessions.createPairingLink': command(
    'owner',
    z.strictObject({ role: role.default('owner') }),
    z.object({ url: z.string().nullable(), expiresAt: timestampMs }),
    [],
    ['url'],
  ),
} as const;
