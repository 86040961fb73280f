import type { KeyId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { LookupRequest } from '#contract/lookup.ts';
import type { VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import { parseScopeQuery } from '#main/domain/scope-query.ts';
import type { ParsedScopeQuery } from '#main/domain/scope-query.ts';
import { decide } from '#main/domain/verification.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { countsAsUse } from '#main/requests/decision-row.ts';
import type { DecisionSink } from '#main/requests/decision-row.ts';
import type { GrantedRequest } from '#main/requests/requests-messages.ts';
import { SignedRequests } from '#main/signatures/signed-requests.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import { helpFor, refusedAnswer, validAnswer } from './answer.ts';
import type { AnswerParts, HelpSettings } from './answer.ts';
import { Attempt } from './attempt.ts';
import type { LimitsMode } from './attempt.ts';
import type { BlockedSources } from './blocked-sources.ts';
import { EarlierIds } from './earlier-ids.ts';
import { Guard } from './guard.ts';
import type { GuardSettings } from './guard.ts';
import type { Limiter } from './limiter.ts';
import { keepOf } from './keep-seconds.ts';
import type { Keep } from './keep-seconds.ts';
import { knownRow } from './known-at.ts';
import type { Verification } from './known-at.ts';
import { isOnTrial } from './key-warnings.ts';
import { createIdentifyHolder } from './identify-holder.ts';
import type { IdentifyHolder } from './identify-holder.ts';
import { judgeSource } from './judge-source.ts';
import type { RefusedSource } from './judge-source.ts';
import { logRow } from './log-row.ts';
import { lookUpKey } from './look-up-key.ts';
import type { LookupOutcome } from './look-up-key.ts';
import { Memo } from './memo.ts';
import { noSuchLimit, OTHER_REQUEST, unreadableQuery } from './no-decision.ts';
import type { NoDecision } from './no-decision.ts';
import { Policies } from './policies.ts';
import { credentialText, findCredential, readCredential } from './credential.ts';
import type { Credential } from './credential.ts';
import { questionOf } from './question.ts';
import type { Rehash } from './rehash-queue.ts';
import { fingerprintOf, remembered, Repeats } from './repeats.ts';
import type { Repeat } from './repeats.ts';
import { RequestIds } from './request-ids.ts';
import { shownRequest } from './shown-request.ts';
import { SLOW_FROM_US_MIN } from './slow-verifications.ts';
import type { SlowVerification } from './slow-verifications.ts';
import { skippedSteps, Trace } from './trace.ts';
import { VerifyStats } from './verify-stats.ts';
import type { VerifyCounts, VerifyFigures } from './verify-stats.ts';

/** What the verifier works with. Functions are asked at each call, so that a change of settings shows at once. */
export interface VerifierParts {
  readonly lookup: VerifyLookup;
  readonly keyring: Keyring;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly decisions: DecisionSink;
  readonly lastUsed: {
    readonly touch: (keyId: KeyId, version: number, atMs: TimestampMs) => void;
    readonly touchService: (serviceId: ServiceId, atMs: TimestampMs) => void;
  };
  readonly sources: Pick<BlockedSources, 'find' | 'noteHit'>;
  /** Shapes of imported keys; looked at only for texts that are no keys of ours. */
  readonly keyShapes: () => readonly KeyShape[];
  /** Told of a good use of a secret that is stored as a bare SHA-256 or under a retired pepper. Must not block or throw. */
  readonly rehash: (rehash: Rehash) => void;
  /** Told of verifications that took SLOW_FROM_US_MIN or longer. Must not block or throw. */
  readonly noteSlow?: (slow: SlowVerification) => void;
  readonly settings: () => HelpSettings & GuardSettings;
  /** Base URL under which callers reach the public pages, no slash at its end. */
  readonly serviceUrl: () => string;
}

/** A decision and for how long it may be kept, see keepOf; or why there is none: what was wrong with the way it was asked
 *  for; `throttled` = one more failed attempt of a source whose budget is used up, to be answered with 429 SERVICE_THROTTLED; `overloaded` = no room for it now, 503. Neither of the
 *  two is in the log; they are counted. */
export type VerifyOutcome =
  { readonly kind: 'decision'; readonly decision: VerifyResponse; readonly keep: Keep | null } | NoDecision;

/** Decides whether requests may pass. */
export interface Verifier {
  /** Synchronous: between the look-up and the decision nothing can change. Reads the store at every call and keeps no decision.
   *  Spends limits and records one row, unless `dryRun` is set or the caller's own requestId repeats: a repeated grant is
   *  decided anew, a repeated refusal is answered again. A request without any credential is MISSING_KEY. Throws when the store cannot be read: that is no refusal; nothing was spent or recorded. */
  readonly verify: (service: ServiceRef, request: Verification) => VerifyOutcome;
  /** See lookUpKey. Throws when the store cannot be read. */
  readonly lookUp: (service: ServiceRef, request: LookupRequest) => LookupOutcome;
  readonly identify: IdentifyHolder;
  /** See judgeSource: for doors at which no service asks. */
  readonly judgeSource: (clientIp: string | null) => RefusedSource | null;
  readonly newRequestId: () => RequestId;
  /** Takes over which requests an earlier run granted under ids of their callers: see EarlierIds. */
  readonly restoreGranted: (rows: Iterable<GrantedRequest>) => void;
  /** Tells when an earlier run of the program made its newest decision, ms UTC, once the clock goes on from there: a signature that
   *  it can have taken is not taken again. */
  readonly noteEarlierRun: (untilMs: number) => void;
  /** Lets go of request ids whose five minutes are over, those of the run before included, and of nonces of signatures that have
   *  ended; tells how many are left. */
  readonly forgetOldIds: () => number;
  readonly figures: () => VerifyFigures;
  readonly counts: () => VerifyCounts;
  readonly guard: Pick<Guard, 'figures' | 'sampleLag' | 'takeGuessing' | 'throttled'>;
  readonly signed: Pick<SignedRequests, 'refusal'>;
}

/** Makes the verifier; its memory of request ids and latencies starts empty. */
export function createVerifier(parts: VerifierParts): Verifier {
  const { clock } = parts;
  const memory: Memory = {
    policies: new Policies(),
    repeats: new Repeats(),
    earlier: new EarlierIds(),
    signed: new SignedRequests(clock.nowMs()),
    ids: new RequestIds(parts.randomBytes),
    scopeQueries: new Memo(parseScopeQuery, SCOPE_QUERIES_MAX),
    stats: new VerifyStats(),
    sources: parts.sources,
    guard: new Guard(parts.settings, parts.keyring.hashText, Buffer.from(parts.randomBytes(4)).readInt32LE()),
  };
  return {
    verify: (service, request) => verifyKey(parts, memory, service, request),
    lookUp: (service, request) => lookUpKey({ ...parts, ...memory }, service, request),
    identify: createIdentifyHolder(parts),
    judgeSource: (clientIp) => {
      const now = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
      return judgeSource(memory, { request: {}, question: { clientIp }, service: null, ...now });
    },
    newRequestId: () => memory.ids.make(clock.nowMs()),
    restoreGranted: (rows) => {
      memory.earlier.add(rows, { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });
    },
    noteEarlierRun: (untilMs) => {
      // A moment that our clock did not follow is nobody's to wait for.
      memory.signed.noteEarlierRun(Math.min(untilMs, clock.nowMs()));
    },
    forgetOldIds: () => {
      memory.repeats.forgetOld(clock.monotonicMs());
      memory.earlier.forgetOld(clock.monotonicMs());
      return memory.repeats.size + memory.earlier.size + memory.signed.forgetOld(clock.nowMs());
    },
    figures: () => memory.stats.figures(clock.monotonicMs()),
    counts: () => memory.stats.counts(),
    guard: memory.guard,
    signed: memory.signed,
  };
}

interface Memory {
  readonly policies: Policies;
  readonly repeats: Repeats;
  readonly earlier: EarlierIds;
  readonly signed: SignedRequests;
  readonly ids: RequestIds;
  readonly scopeQueries: Memo<ParsedScopeQuery>;
  readonly stats: VerifyStats;
  readonly sources: VerifierParts['sources'];
  readonly guard: Guard;
}

function verifyKey(
  parts: VerifierParts,
  memory: Memory,
  service: ServiceRef,
  request: Verification,
): VerifyOutcome {
  const { clock, decisions, keyring } = parts;
  const startedMs = clock.monotonicMs();
  const nowMs = clock.nowMs();
  const asked = request.scopeQuery === undefined ? NO_QUERY : memory.scopeQueries.get(request.scopeQuery);
  if (!asked.ok) return unreadableQuery(asked);
  const ownId = request.dryRun ? undefined : request.requestId;
  const fingerprint = ownId === undefined ? '' : fingerprintOf(keyring, request);
  const repeat =
    ownId === undefined ? NEVER_SEEN : repeatOf(memory, { service, request, fingerprint, startedMs });
  if (repeat.kind === 'other' || repeat.kind === 'refused')
    return answeredBefore(parts, memory, { service, request, repeat, nowMs, startedMs });

  const question = questionOf(service, request, asked.query);
  const source = judgeSource(memory, { request, question, service, nowMs, monotonicMs: startedMs });
  const credential = readCredential(request, parts.keyShapes());
  const notNow =
    source === null ? memory.guard.beforeLookUp(service, credential, question, startedMs) : source.notNow;
  if (notNow !== null) return notNow;
  const attempt = new Attempt({
    nowMs,
    monotonicMs: startedMs,
    presented: credential.presented,
    find: () => knownRow(findCredential(parts, credential, service.id), memory.policies, request.knownAt),
    question,
    sourceRefusal: source === null ? null : source.why,
    limits: limitsMode(request, repeat),
    mustLimit: request.mustLimit,
    signed: memory.signed,
    signature: request.signature,
    policies: memory.policies,
    limiter: parts.limiter,
    draft: null,
  });
  const trace = request.explain ? new Trace(attempt, clock.monotonicMs, startedMs) : null;
  const refusal = decide(attempt, trace === null ? null : trace.observe);
  const undecided = notDecided(memory, attempt, refusal);
  if (undecided !== null) return undecided;

  const latencyUs = elapsedUs(clock, startedMs);
  const requestId = request.requestId ?? memory.ids.make(nowMs);
  const steps = trace === null ? null : trace.finish('Not reached: an earlier step refused.');
  const shown = shownRequest(request, credential, parts.keyShapes);
  const decision = answer(parts, service, shown, attempt, refusal, { requestId, latencyUs, trace: steps });
  if (!request.dryRun) {
    noteDecided(parts, memory, { service, credential, attempt, nowMs, decision });
    if (repeat.kind === 'first') {
      if (ownId !== undefined)
        memory.repeats.remember(service.id, ownId, remembered(decision, fingerprint, startedMs));
      decisions.record(logRow({ attempt, nowMs, service, request: shown, requestId, refusal, latencyUs }));
    }
    memory.stats.add(latencyUs, startedMs, service, decision.code);
  }
  return { kind: 'decision', decision, keep: keepOf(decision, service, request, attempt) };
}

function repeatOf(
  { earlier, repeats }: Memory,
  asked: {
    readonly service: ServiceRef;
    readonly request: Verification;
    readonly fingerprint: string;
    readonly startedMs: number;
  },
): Repeat {
  const { service, request, fingerprint, startedMs } = asked;
  const seen = repeats.find(service.id, request.requestId ?? '', fingerprint, startedMs);
  if (seen.kind !== 'first') return seen;
  const before = earlier.find(service.id, request, startedMs);
  return before === null ? seen : { kind: before };
}

/** Why the outcome is no decision after all: a limit that must hold is not there, or the source has failed too often. */
function notDecided({ guard }: Memory, attempt: Attempt, refusal: Refusal | null): NoDecision | null {
  const { missingLimit, parts } = attempt;
  if (missingLimit !== null) return noSuchLimit(missingLimit, parts.mustLimit);
  // A call from where no key may be used was counted before anything else.
  if (refusal === null || (parts.sourceRefusal ?? null) !== null) return null;
  const { clientIp, serviceId } = parts.question;
  const retryAfterMs = guard.throttled(refusal.code, clientIp, serviceId, parts.monotonicMs);
  return retryAfterMs === null ? null : { kind: 'throttled', retryAfterMs };
}

function rehashIfDue(parts: VerifierParts, row: VerifyRow | null, credential: Credential): void {
  const { keyring, lookup, rehash } = parts;
  if (row === null || row.pepperVersion === keyring.peppers.current.version) return;
  const text = credentialText(lookup, credential);
  if (text === null) return;
  rehash({ keyId: row.keyId, version: row.secretVersion, ...keyring.peppers.stored(text) });
}

function noteDecided(
  parts: VerifierParts,
  { guard }: Memory,
  use: {
    readonly service: ServiceRef;
    readonly credential: Credential;
    readonly attempt: Attempt;
    readonly nowMs: TimestampMs;
    readonly decision: VerifyResponse;
  },
): void {
  const { service, credential, attempt, nowMs, decision } = use;
  const { code, latencyUs } = decision;
  const { lastUsed, noteSlow } = parts;
  lastUsed.touchService(service.id, nowMs);
  if (latencyUs >= SLOW_FROM_US_MIN) noteSlow?.(slowOf(service, decision, nowMs));
  // Who is refused on trial still uses the old secret: it must not end as idle.
  if (attempt.row === null || !(countsAsUse(code) || isOnTrial(attempt.row, nowMs))) return;
  lastUsed.touch(attempt.row.keyId, attempt.row.secretVersion, nowMs);
  if (code !== 'VALID') return;
  rehashIfDue(parts, attempt.row, credential);
  guard.noteGood(credential, attempt.parts.monotonicMs);
}

function slowOf(service: ServiceRef, decision: VerifyResponse, atMs: TimestampMs): SlowVerification {
  const { code, key, latencyUs, requestId } = decision;
  const keyId = key?.keyId ?? null;
  return { atMs, latencyUs, code, requestId, serviceId: service.id, service: service.name, keyId };
}

/** Services demand a handful of combinations. */
const SCOPE_QUERIES_MAX = 1_024;
const NO_QUERY = { ok: true, query: null } as const;
const NEVER_SEEN: Repeat = { kind: 'first' };

function elapsedUs(clock: Clock, startedMs: number): number {
  return Math.round((clock.monotonicMs() - startedMs) * 10_000) / 10;
}

function limitsMode(request: VerifyRequest, repeat: Repeat): LimitsMode {
  if (request.dryRun) return 'check';
  return repeat.kind === 'granted' ? 'ignore' : 'spend';
}

/** For an id of another request that it is; else the refusal that it got before, word for word. Nothing is looked up: the log says that it was refused. */
function answeredBefore(
  parts: VerifierParts,
  memory: Memory,
  told: {
    readonly service: ServiceRef;
    readonly request: VerifyRequest;
    /** `other` or `refused`. */
    readonly repeat: Repeat;
    readonly nowMs: TimestampMs;
    readonly startedMs: number;
  },
): VerifyOutcome {
  const { service, request, repeat, nowMs, startedMs } = told;
  if (repeat.kind !== 'refused') return OTHER_REQUEST;
  const { before } = repeat;
  parts.lastUsed.touchService(service.id, nowMs);
  const refused = { code: before.code, service, request, nowMs };
  const { help } = helpFor(null, refused, parts);
  const latencyUs = elapsedUs(parts.clock, startedMs);
  memory.stats.add(latencyUs, startedMs, service, before.code);
  const trace = request.explain
    ? { trace: skippedSteps('Not decided anew: this requestId was refused before.') }
    : {};
  return { kind: 'decision', decision: { ...before, help, latencyUs, ...trace }, keep: null };
}

function answer(
  parts: VerifierParts,
  service: ServiceRef,
  request: VerifyRequest,
  attempt: Attempt,
  refusal: Refusal | null,
  common: AnswerParts,
): VerifyResponse {
  const { row } = attempt;
  if (refusal === null && row !== null) return validAnswer(attempt, row, common);
  if (refusal === null) throw new Error('Broken invariant: a request passed without a key.');
  const refused = { code: refusal.code, service, request, nowMs: attempt.nowMs };
  return refusedAnswer(attempt, refusal, helpFor(row, refused, parts), common);
}
