import type { TokenError } from '#contract/token-exchange.ts';
import type { RefusedDecision, ValidDecision } from '#contract/verify.ts';
import type { TokenAsk, TokenDesk, TokenOutcome } from './http/token-desk.ts';
import type { Clock } from './platform/clock.ts';
import { must } from './platform/must.ts';
import { createTokenExchangeQueries, type TokenService } from './sqlite/token-exchange-queries.ts';
import type { VerifyRow } from './sqlite/verify-queries.ts';
import { currentSigner } from './token-exchange/signing-keys.ts';
import { HolderThrottle } from './verify/holder-throttle.ts';
import { knownRow } from './verify/known-at.ts';
import { isBoundBeyondService, mintToken } from './verify/mint-token.ts';
import { Policies } from './verify/policies.ts';
import { readSignedToken } from './verify/signed-token.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

interface TokenParts {
  readonly store: WiredStore;
  readonly requests: WiredRequests;
  readonly clock: Clock;
  /** Names the issuer. */
  readonly serviceUrl: () => string;
}

/** Exchanges keys for signed tokens. Loaded when somebody asks for one, or for the keys that check them. */
export function createTokenDesk(parts: TokenParts): TokenDesk {
  const memory = { throttle: new HolderThrottle(), policies: new Policies() };
  return {
    exchange: (asked) => exchange(parts, memory, asked),
    jwks: () => ({
      keys: queriesOf(parts)
        .keys(parts.clock.nowMs())
        .map(({ publicKey }) => publicKey),
    }),
  };
}

interface Memory {
  readonly throttle: HolderThrottle;
  readonly policies: Policies;
}

/** First who asks, then for what: whoever has no key of ours learns nothing about services. */
function exchange(parts: TokenParts, { throttle, policies }: Memory, asked: TokenAsk): TokenOutcome {
  const { clock, requests } = parts;
  const monotonicMs = clock.monotonicMs();
  const tooOften = throttle.countAddress('tokenFrom', asked.clientIp, monotonicMs);
  if (tooOften !== null) return { kind: 'later', status: 429, retryAfterMs: tooOften };
  // It would live on and on.
  if (readSignedToken(asked.key) !== null) return failed('invalid_request', NO_TOKEN);
  const takers = queriesOf(parts).services();
  const blocked = refuseBlocked(parts, asked, takers);
  if (blocked !== null) return blocked;
  const found = requests.verifier.identify({ key: asked.key });
  if (found.kind === 'refused') return refuseStranger(parts, asked, takers, monotonicMs);
  const held = takers.filter((service) => rowAt(parts, policies, found.row, service) !== null);
  const target = targetOf(held, asked.audience);
  if (target === null) return noTarget(held, asked);
  if (isBoundBeyondService(found.row)) return failed('invalid_request', BOUND);
  const ofKey = throttle.count('tokenOf', found.row.keyId, monotonicMs);
  if (ofKey !== null) return { kind: 'later', status: 429, retryAfterMs: ofKey };
  const decision = judge(target, asked);
  if ('kind' in decision) return decision;
  return decision.valid ? mint(parts, target, asked, decision) : refusalOf(decision);
}

const UNKNOWN = 'The subject_token is not an API key that is accepted here.';
const BLOCKED = 'No API key can be exchanged from this client address.';
const NO_TOKEN = 'A token cannot be exchanged for another one. Send the API key as subject_token.';
const BOUND =
  'This key is bound to addresses, origins, programs or hours, which a token could not be held to where it is checked offline. Use the key itself.';

/** One answer to a blocked source, whatever it presented. Where the service is known, the attempt is in its log. null = it is none. */
function refuseBlocked(
  { clock, requests }: TokenParts,
  asked: TokenAsk,
  takers: readonly TokenService[],
): TokenOutcome | null {
  const target = targetOf(takers, asked.audience);
  if (target !== null) {
    if (requests.sources.find(asked.clientIp, clock.nowMs()) === null) return null;
    const outcome = judge(target, asked);
    return 'kind' in outcome && outcome.kind === 'later' ? outcome : failed('invalid_request', BLOCKED);
  }
  const source = requests.verifier.judgeSource(asked.clientIp);
  if (source === null) return null;
  if (source.notNow === null) return failed('invalid_request', BLOCKED);
  const { kind, retryAfterMs } = source.notNow;
  return { kind: 'later', status: kind === 'throttled' ? 429 : 503, retryAfterMs };
}

function failed(error: TokenError['error'], words: string): TokenOutcome {
  return { kind: 'error', error: { error, error_description: words } };
}

/** One answer to every text that is no key of ours, whatever was asked for. Where the service is known, the attempt is in its log. */
function refuseStranger(
  { requests }: TokenParts,
  asked: TokenAsk,
  takers: readonly TokenService[],
  monotonicMs: number,
): TokenOutcome {
  const target = targetOf(takers, asked.audience);
  if (target !== null) {
    const decision = judge(target, asked);
    return 'kind' in decision || decision.valid ? later(decision) : refusalOf(decision);
  }
  const wait = requests.verifier.guard.throttled('NOT_FOUND', asked.clientIp, null, monotonicMs);
  return wait === null
    ? failed('invalid_request', UNKNOWN)
    : { kind: 'later', status: 429, retryAfterMs: wait };
}

/** Valid it cannot be: nothing was in between. */
function later(outcome: TokenOutcome | ValidDecision): TokenOutcome {
  return 'kind' in outcome ? outcome : failed('invalid_request', UNKNOWN);
}

function targetOf(services: readonly TokenService[], audience: string | null): TokenService | null {
  if (audience !== null) return services.find(({ slug }) => slug === audience) ?? null;
  return services.length === 1 ? (services[0] ?? null) : null;
}

function noTarget(held: readonly TokenService[], { audience }: TokenAsk): TokenOutcome {
  if (audience !== null || held.length === 0) {
    return failed('invalid_target', 'This key cannot be exchanged for a token of that service.');
  }
  const names = held.map(({ slug }) => slug).join(', ');
  return failed('invalid_request', `Say for which service as audience. This key has rights at ${names}.`);
}

/** The key at a service with the secret that was presented; null where it holds nothing. */
function rowAt(
  { store }: TokenParts,
  policies: Policies,
  { keyId, secretVersion }: Pick<VerifyRow, 'keyId' | 'secretVersion'>,
  { id }: TokenService,
): VerifyRow | null {
  return knownRow(
    store.withheld.seen(store.store.db.verify.findKeyById(keyId, id, secretVersion)),
    policies,
    'here',
  );
}

/** One decision of the key at the service: it is logged, and counts in its limits. */
function judge(
  service: TokenService,
  { key, scopes, clientIp, userAgent, verify }: TokenAsk,
): ValidDecision | RefusedDecision | TokenOutcome {
  const outcome = verify(service, {
    ...{ key, knownAt: 'here', scopes: scopes ?? [], clientIp: clientIp ?? undefined, userAgent },
    ...{ cost: 1, tags: [TOKEN_MADE_TAG], dryRun: false, explain: false },
  });
  switch (outcome.kind) {
    case 'decision':
      return outcome.decision;
    case 'bad-request':
      return failed('invalid_request', outcome.message);
    case 'throttled':
      return { kind: 'later', status: 429, retryAfterMs: outcome.retryAfterMs };
    case 'overloaded':
      return { kind: 'later', status: 503, retryAfterMs: outcome.retryAfterMs };
  }
}

/** In the log: this decision made a token, or refused to. */
const TOKEN_MADE_TAG = 'token=made';

function refusalOf({ code, message, missing, retryAfterMs }: RefusedDecision): TokenOutcome {
  switch (code) {
    case 'MALFORMED':
    case 'NOT_FOUND':
      return failed('invalid_request', UNKNOWN);
    case 'INSUFFICIENT_SCOPE':
      return failed('invalid_scope', `This key does not hold ${missing.join(', ')} at that service.`);
    case 'RATE_LIMITED':
    case 'QUOTA_EXCEEDED':
      return retryAfterMs === null
        ? failed('invalid_request', message)
        : { kind: 'later', status: 429, retryAfterMs };
    default:
      return failed('invalid_request', message);
  }
}

/** Nothing runs between the decision and this: the key is as it was judged. */
function mint(
  { store, clock, serviceUrl }: TokenParts,
  service: TokenService,
  { scopes }: TokenAsk,
  { key }: ValidDecision,
): TokenOutcome {
  const { db } = store.store;
  const nowMs = clock.nowMs();
  const row = must(db.verify.findKeyById(key.keyId, service.id, key.secretVersion), 'it was judged just now');
  const signer = must(
    currentSigner({ db, keyring: store.keyring, nowMs }),
    'a service that takes tokens has a signing key',
  );
  const made = mintToken({
    row,
    service,
    scopes,
    issuer: serviceUrl(),
    lifeMs: service.lifeMs,
    nowMs,
    signer,
  });
  switch (made.kind) {
    case 'made':
      return { kind: 'token', answer: made.answer };
    case 'ends':
      return failed('invalid_request', 'This key is about to end.');
    case 'long':
      return failed('invalid_scope', 'This key has more rules than a token can hold. Ask for fewer scopes.');
  }
}

function queriesOf({ store }: TokenParts): ReturnType<typeof createTokenExchangeQueries> {
  return createTokenExchangeQueries(store.store.db.handle);
}
