/** Who calls, as the service behind the gateway reads it. */
export const IDENTITY_HEADERS = [
  'X-Key-Id',
  'X-Key-Name',
  'X-Application',
  'X-Application-Id',
  'X-Partner',
  'X-Partner-Id',
  'X-Scopes',
  'X-Request-Id',
  'X-Key-Expires-At',
] as const;

/** The same under the names of Kong. */
export const CONSUMER_HEADERS = [
  'X-Consumer-ID',
  'X-Consumer-Username',
  'X-Consumer-Custom-ID',
  'X-Credential-Identifier',
] as const;

/** What holds the key, and what only the gateway may say to this server. Never goes on to a service. */
export const CREDENTIAL_HEADERS = [
  'Authorization',
  'X-API-Key',
  'X-API-Secret',
  'X-Latchkey-Service',
  'X-Latchkey-Options',
] as const;

/** Headers with which some frameworks let a client replace the method or path that was verified. */
export const OVERRIDE_HEADERS = [
  'X-HTTP-Method-Override',
  'X-HTTP-Method',
  'X-Method-Override',
  'X-Original-Method',
  'X-Original-URI',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Forwarded-Method',
  'X-Forwarded-Uri',
] as const;

/** What the client of an allowed request is told, where its gateway can add headers to an answer. */
export const CLIENT_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'Deprecation',
  'Sunset',
  'X-Key-Expires-At',
] as const;
/** The older form of the rate limit fields. */
export const LEGACY_CLIENT_HEADERS = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
] as const;

/** What the client of a refused request is told beside the body. */
export const REFUSAL_HEADERS = [
  'WWW-Authenticate',
  'Retry-After',
  'Cache-Control',
  'X-Request-Id',
  'Link',
] as const;

/** What a client could forge or use to walk around a decision, and what holds its key: removed before the service sees it. */
export const REMOVED_HEADERS = [
  ...IDENTITY_HEADERS,
  ...CONSUMER_HEADERS,
  'X-Anonymous-Consumer',
  ...CREDENTIAL_HEADERS,
  ...OVERRIDE_HEADERS,
] as const;

/** What of the client's own headers a verification needs to see. */
export const ASKED_HEADERS = [
  'Authorization',
  'X-API-Key',
  'X-API-Secret',
  'Origin',
  'Referer',
  'User-Agent',
  'Signature-Input',
  'Signature',
  'Content-Digest',
  'traceparent',
  'X-App-Name',
] as const;

/** Headers that not every allowed answer has. */
export const SOMETIMES_TOLD: ReadonlySet<string> = new Set(['X-Key-Expires-At', 'X-Consumer-Custom-ID']);

/** The headers that go on to the service. */
export function passedHeaders({
  isConsumerWanted,
}: {
  readonly isConsumerWanted: boolean;
}): readonly string[] {
  return isConsumerWanted ? [...IDENTITY_HEADERS, ...CONSUMER_HEADERS] : IDENTITY_HEADERS;
}

/** The headers that an allowed client gets. */
export function clientHeaders({ isLegacyWanted }: { readonly isLegacyWanted: boolean }): readonly string[] {
  return isLegacyWanted ? [...CLIENT_HEADERS, ...LEGACY_CLIENT_HEADERS] : CLIENT_HEADERS;
}
