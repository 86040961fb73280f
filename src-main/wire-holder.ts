import { DEFAULT_INTRODUCTION } from '#contract/access-policy.ts';
import type { Actor } from '#contract/audit.ts';
import { HOLDER_USAGE_MS } from '#contract/holder.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { Output } from '#contract/contract.ts';
import { readAccessSettings } from './access-requests/access-settings.ts';
import { createPublicBase } from './access-requests/public-base.ts';
import { enrollChild } from './enrolment/enroll-child.ts';
import { EnrolmentRepeats } from './enrolment/enrolment-repeats.ts';
import { findEnrolmentToken } from './enrolment/find-enrolment-token.ts';
import { holderView } from './holder/holder-view.ts';
import { selfRevoke } from './holder/self-revoke.ts';
import type { EnrollAsk, HolderAsk, HolderDesk, MeOutcome } from './http/holder-desk.ts';
import { refusedSource } from './domain/verification.ts';
import { endOverlap } from './keys/end-overlap.ts';
import { retiringVersionOf } from './keys/ending-secret.ts';
import { revokeKey } from './keys/revoke-key.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import { randomBytes } from './platform/random.ts';
import { HolderThrottle } from './verify/holder-throttle.ts';
import type { RefusedSource } from './verify/judge-source.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Who revokes a key by showing it. */
const KEY_HOLDER: Actor = { kind: 'system', id: 'holder', name: 'Key holder' };

interface HolderParts {
  readonly store: WiredStore;
  readonly requests: WiredRequests;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly serviceUrl: () => string;
}

/** What strangers with a key or an enrolment token can do by themselves. Loaded when one comes. */
export function createHolderDesk(wired: HolderParts): HolderDesk {
  const parts = { ...wired, serviceUrl: createPublicBase(wired.store.settings, wired.serviceUrl) };
  const throttle = new HolderThrottle();
  const repeats = new EnrolmentRepeats(randomBytes);
  return {
    me: (asked) => me(parts, throttle, asked),
    selfRevoke: createSelfRevoke(parts, throttle),
    enroll: (asked) => enroll(parts, { throttle, repeats }, asked),
  };
}

async function me(parts: HolderParts, throttle: HolderThrottle, asked: HolderAsk): Promise<MeOutcome> {
  const { clock, requests, store } = parts;
  const monotonicMs = clock.monotonicMs();
  const tooOften = throttle.countAddress('meFrom', asked.clientIp, monotonicMs);
  if (tooOften !== null) return { kind: 'throttled', retryAfterMs: tooOften };
  const source = requests.verifier.judgeSource(asked.clientIp);
  if (source !== null) return refusedThere(parts, source);
  const found = requests.verifier.identify(asked.credential);
  if (found.kind === 'refused') {
    const wait = requests.verifier.guard.throttled(found.refusal.code, asked.clientIp, null, monotonicMs);
    if (wait !== null) return { kind: 'throttled', retryAfterMs: wait };
    return { kind: 'refused', refusal: found.refusal, ...helpOf(parts, found.row?.contactEmail ?? null) };
  }
  const { row } = found;
  const ofKey = throttle.count('meOf', row.keyId, monotonicMs);
  if (ofKey !== null) return { kind: 'throttled', retryAfterMs: ofKey };
  const summary = await summaryOf(parts, row.keyId);
  const context = store.system();
  // It may be gone by now.
  if (context.db.keys.getState(row.keyId) === null) return me(parts, throttle, asked);
  const { contact, help } = helpOf(parts, row.contactEmail, row.keyId);
  const limits = requests.limitsLeft.ofKey(row.keyId);
  const written = readAccessSettings(context).introduction;
  const introduction = written === '' ? DEFAULT_INTRODUCTION : written;
  return { kind: 'me', me: holderView(context, row, { limits, summary, introduction, contact, help }) };
}

/** The same whatever was presented. */
function refusedThere(parts: HolderParts, { why, notNow }: RefusedSource): MeOutcome {
  if (notNow !== null) return { kind: 'throttled', retryAfterMs: notNow.retryAfterMs };
  return { kind: 'refused', refusal: refusedSource(why), ...helpOf(parts, null) };
}

/** null while the log cannot be read: who asks about a key is told the rest all the same. */
async function summaryOf(
  { clock, logger, requests }: HolderParts,
  keyId: KeyId,
): Promise<Output<'usage.summary'> | null> {
  const to = clock.nowMs();
  try {
    return await requests.client.query('usage.summary', {
      keyId,
      from: timestampMs.parse(Math.max(0, to - HOLDER_USAGE_MS)),
      // The present minute too, also in its first millisecond.
      to: timestampMs.parse(to + 1),
    });
  } catch (error) {
    logger.warn('The use of a key could not be told to its holder.', { error });
    return null;
  }
}

/** `keyId`: the form asks for more for this key. */
function helpOf({ store, serviceUrl }: HolderParts, ofKey: string | null, keyId: KeyId | null = null) {
  const { helpContact, helpUrl } = store.settings();
  const asking = keyId === null ? '' : `?key=${keyId}`;
  return { contact: ofKey ?? helpContact, help: helpUrl ?? `${serviceUrl()}/request-access${asking}` };
}

function createSelfRevoke(
  { store, requests, clock, logger }: HolderParts,
  throttle: HolderThrottle,
): HolderDesk['selfRevoke'] {
  const { withdrawals } = requests;
  const commands = {
    revoke: withdrawals.watched('revoked', revokeKey),
    endOverlap: withdrawals.watchedEnd(retiringVersionOf, endOverlap),
  };
  return ({ credential, clientIp }) => {
    const tooOften = throttle.countAddress('selfRevokeFrom', clientIp, clock.monotonicMs());
    if (tooOften !== null) return { kind: 'throttled', retryAfterMs: tooOften };
    const found = requests.verifier.identify(credential);
    if (found.kind === 'holder') {
      selfRevoke(store.contextOf({ actor: KEY_HOLDER, role: 'admin' }), found.row, commands);
      logger.warn('A key was revoked by its holder.', { keyId: found.row.keyId });
    }
    return { kind: 'accepted' };
  };
}

function enroll(
  { store, requests, clock }: HolderParts,
  { throttle, repeats }: { readonly throttle: HolderThrottle; readonly repeats: EnrolmentRepeats },
  { token: text, request, clientIp }: EnrollAsk,
): ReturnType<HolderDesk['enroll']> {
  const monotonicMs = clock.monotonicMs();
  const tooOften = throttle.countAddress('enrollFrom', clientIp, monotonicMs);
  if (tooOften !== null) return { kind: 'throttled', retryAfterMs: tooOften };
  const source = requests.verifier.judgeSource(clientIp);
  if (source !== null) {
    const { why, notNow } = source;
    return notNow === null
      ? { kind: 'blocked', detail: why }
      : { kind: 'throttled', retryAfterMs: notNow.retryAfterMs };
  }
  const token = findEnrolmentToken(store.system(), text, (former) => {
    const stored = store.keyring.peppers.stored(text);
    requests.rehashes.addToken({ table: 'enrolment_tokens', former, ...stored });
  });
  if (token === null) {
    const wait = requests.verifier.guard.throttled('NOT_FOUND', clientIp, null, monotonicMs);
    return wait === null ? { kind: 'unknown' } : { kind: 'throttled', retryAfterMs: wait };
  }
  const read = request();
  if (!read.ok) return { kind: 'unreadable', problem: read.problem };
  const known = repeats.find(text, token.id, read.request, monotonicMs);
  if (known !== null) return { kind: 'made', answer: known };
  const ofToken = throttle.count('enrollWith', token.id, monotonicMs);
  if (ofToken !== null) return { kind: 'throttled', retryAfterMs: ofToken };
  const actor: Actor = { kind: 'token', id: token.id, name: token.name };
  const outcome = enrollChild(store.contextOf({ actor, role: 'issuer' }), token, read.request);
  if (outcome.kind === 'made') {
    repeats.keep(text, token.id, { request: read.request, answer: outcome.answer }, monotonicMs);
  }
  return outcome;
}
