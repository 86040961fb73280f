import type { IncomingMessage } from 'node:http';
import { clientAddress } from '#main/domain/client-address.ts';
import type { HolderCredential } from '#main/verify/identify-holder.ts';
import type { ServiceDoor } from './doors.ts';
import { proxyCredential } from './forward-auth/proxy-credential.ts';
import { proxyHeaders } from './forward-auth/proxy-headers.ts';

/** The key that stands in the headers of a request, as gateways read it: Authorization, or X-API-Key with or without X-API-Secret.
 *  null = none does. */
export function headerCredential({
  rawHeaders,
}: Pick<IncomingMessage, 'rawHeaders'>): HolderCredential | null {
  const headers = proxyHeaders(rawHeaders);
  if (headers.repeated !== null) {
    return { credentialFault: `The header ${headers.repeated} came more than once. Send it once.` };
  }
  const credential = proxyCredential(headers);
  switch (credential.kind) {
    case 'none':
      return null;
    case 'key':
      return { key: credential.key };
    case 'pair':
      return { keyId: credential.keyId, secret: credential.secret };
    case 'fault':
      return { credentialFault: credential.why };
  }
}

/** From where a request comes, looking through the proxies that are trusted; null = nobody knows. */
export function addressOf(door: ServiceDoor, request: IncomingMessage): string | null {
  return clientAddress({
    forwardedFor: proxyHeaders(request.rawHeaders).forwardedFor,
    peer: request.socket.remoteAddress ?? null,
    trusted: door.trustedProxies(),
  });
}

/** The values of a form; null when a field came more than once. */
export function readForm(body: Buffer, names: readonly string[]): URLSearchParams | null {
  const form = new URLSearchParams(body.toString('utf8'));
  return names.some((name) => form.getAll(name).length > 1) ? null : form;
}
