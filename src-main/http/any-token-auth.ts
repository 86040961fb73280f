import type { ServerResponse } from 'node:http';
import { isAdminToken, isServiceToken } from '#main/domain/key-format.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { bearerToken } from './bearer.ts';
import type { AdminPrincipal, ServiceDoor } from './doors.ts';
import { sendProblem } from './problem.ts';
import { authenticateService, sendUnavailable } from './service-auth.ts';

/** Who holds the token of a request that may come from a service or an admin. */
export type AnyPrincipal =
  | { readonly kind: 'service'; readonly service: ServiceRef }
  | { readonly kind: 'admin'; readonly admin: AdminPrincipal };

/** Whose token a request carries; answers the request itself and returns null when it carries none that is good. */
export function authenticateAny(
  door: ServiceDoor,
  authorization: string | undefined,
  response: ServerResponse,
): AnyPrincipal | null {
  const bearer = bearerToken(authorization);
  const isAdmin = bearer.kind === 'token' && !isServiceToken(bearer.token) && isAdminToken(bearer.token);
  if (!isAdmin) {
    const service = authenticateService(door, bearer, response);
    return service === null ? null : { kind: 'service', service };
  }
  try {
    const admin = door.findAdmin(bearer.token);
    if (admin !== null) return { kind: 'admin', admin };
    const detail = 'The admin token is unknown, expired or revoked.';
    const requestId = door.newRequestId();
    sendProblem(response, { status: 401, code: 'SERVICE_TOKEN_INVALID', detail, requestId });
  } catch (error) {
    sendUnavailable(door, response, error);
  }
  return null;
}
