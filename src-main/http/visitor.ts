import type { IncomingMessage } from 'node:http';
import { clientAddress } from '#main/domain/client-address.ts';
import type { Visitor } from '#main/sqlite/handoff-queries.ts';
import type { ServiceDoor } from './doors.ts';

const AGENT_CHARACTERS_MAX = 256;

/** Who comes to a public page: the address as trusted proxies tell it, and the program. */
export function visitorOf(door: Pick<ServiceDoor, 'trustedProxies'>, request: IncomingMessage): Visitor {
  const forwarded = request.headers['x-forwarded-for'];
  const address = clientAddress({
    forwardedFor: Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null),
    peer: request.socket.remoteAddress ?? null,
    trusted: door.trustedProxies(),
  });
  const agent = request.headers['user-agent']?.replaceAll(/\p{C}/gu, '').slice(0, AGENT_CHARACTERS_MAX);
  return { address, agent: agent === undefined || agent === '' ? null : agent };
}
