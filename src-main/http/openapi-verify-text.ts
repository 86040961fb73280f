/** What the schema of POST /v1/verify cannot say. */
export const VERIFY_REQUEST_TEXT = [
  'Needs `key`, or `keyId` and `secret`; and `method` with `path`, or `scopes`, or `scopeQuery`, or several of them. Unknown fields are refused; null counts as absent.',
  '`key` may also be a token that a key was exchanged for (POST /v1/token): it is decided as its key is at that moment, with the scopes of the token.',
  '`secret` of a pair is the 43 characters of the secret, alone or with the 6 of the checksum, or the whole key.',
  '`scopeQuery` demands scopes as a Boolean text of at most 1,000 characters: names, AND, OR, NOT and parentheses; a mistake in it is a 400 with its place. `missing` names the alternative with the least to add.',
  '`rateLimits` says of named limits what holds for this call: another cost, limit or window; with `limit` and `windowMs` also one more that the key does not have.',
  'A `path` that holds a key or token, in its query too, is MALFORMED with a hint: URLs are kept in logs. Our log has it redacted.',
  '`path`, `origin`, `userAgent` and `clientIp` may be as long as the body allows; the log keeps a part. A `clientIp` may have a port behind it; from one that is no IP address every key is refused (`IP_NOT_ALLOWED`), and an empty one counts as absent.',
  'A `requestId` of your own is idempotent for five minutes: the repeat of a grant is decided anew and spends and logs nothing more, the repeat of a refusal gets the same refusal. With another key, method, path, scopes or cost it is a 400. At most 250,000 ids of a service are remembered (833 a second for five minutes) and 500,000 of all; above that the oldest are forgotten before their time. Those that came with an unknown or malformed key have a room of 10,000 of their own and push out no others.',
  'Cache-Control of the answer says for how long the service may keep it: `no-store`, unless the service was permitted to keep answers. Then a request that may pass, of a key without limits, quotas, bound hours and signatures, is answered with `private, max-age=` the permitted seconds, at most 60, and never beyond the expiry of the key or the end of an old secret. Until then a revoked key goes on passing there. Refusals, dry runs and signed requests are never to be kept.',
].join('\n\n');
