import type { ValidDecision } from '#contract/verify.ts';
import { headerText } from './header-text.ts';

type Headers = Record<string, string>;

/** Who calls, for the service behind the proxy. Never the key. */
export function identityHeaders({ key, application, partner, requestId }: ValidDecision): Headers {
  return {
    'X-Key-Id': key.keyId,
    'X-Key-Name': headerText(key.name),
    'X-Application': headerText(application.name),
    'X-Application-Id': application.id,
    'X-Partner': headerText(partner.name),
    'X-Partner-Id': partner.id,
    'X-Scopes': key.scopes.join(' '),
    'X-Request-Id': requestId,
  };
}

/** The same under the names that services behind Kong read: the application is the consumer. */
export function consumerHeaders({ key, application }: ValidDecision): Headers {
  return {
    'X-Consumer-ID': application.id,
    'X-Consumer-Username': application.slug,
    ...(key.externalId === null ? {} : { 'X-Consumer-Custom-ID': headerText(key.externalId) }),
    'X-Credential-Identifier': key.keyId,
  };
}

const NONE: Headers = {};

/** How long the key is good: when it expires; and while its secret is the old one of a rotation, or it has expired and is in its
 *  grace, since when it is deprecated (RFC 9745) and when it ends (RFC 8594). */
export function lifetimeHeaders({ key, rotation }: ValidDecision, nowMs: number): Headers {
  if (key.expiresAt === null && rotation === null) return NONE;
  return {
    ...(key.expiresAt === null ? {} : { 'X-Key-Expires-At': new Date(key.expiresAt).toISOString() }),
    ...(rotation === null
      ? graceHeaders(key, nowMs)
      : {
          Deprecation: `@${String(Math.floor(rotation.rotatedAt / 1_000))}`,
          Sunset: new Date(rotation.secretEndsAt).toUTCString(),
        }),
  };
}

/** Of an old secret its own end is told, which comes no later. */
function graceHeaders({ expiresAt, graceEndsAt }: ValidDecision['key'], nowMs: number): Headers {
  if (graceEndsAt === undefined || expiresAt === null || nowMs < expiresAt) return NONE;
  return {
    Deprecation: `@${String(Math.floor(expiresAt / 1_000))}`,
    Sunset: new Date(graceEndsAt).toUTCString(),
  };
}
