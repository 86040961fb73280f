import type { BlockedSourceId, ServiceId } from '#contract/ids.ts';
import { FAILURES_WITHOUT_ADDRESS_TIMES } from '#contract/settings.ts';
import type { Settings } from '#contract/settings.ts';
import { SECRET_PART_CHARACTERS } from '#main/domain/key-format.ts';
import { addressSource, isInNetwork, parseAddress } from '#main/domain/ip-address.ts';
import type { RefusalCode } from '#main/domain/verification.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { CallCeiling } from './call-ceiling.ts';
import type { Credential } from './credential.ts';
import { FailureBudget } from './failure-budget.ts';
import type { BudgetSize } from './failure-budget.ts';
import { KnownKeys } from './known-keys.ts';
import { LoadGauge } from './load-gauge.ts';
import type { LoadLevel } from './load-gauge.ts';
import { createNetworkReader } from './network-reader.ts';
import type { Question } from './attempt.ts';
import type { NoDecision, ShedReason } from './no-decision.ts';
import { secretTag } from './secret-tag.ts';

/** The settings that the guard goes by. */
export type GuardSettings = Pick<
  Settings,
  'failuresMax' | 'failuresForgivenPerSecond' | 'failuresExempt' | 'verifyPerSecondMax' | 'shedLagMs'
>;

/** Why a call is not decided: too many failed attempts, or no room. */
export type NotNow = Exclude<NoDecision, { readonly kind: 'bad-request' }>;

/** What the guard has done since start. */
export interface GuardFigures {
  /** Failed attempts that were answered with SERVICE_THROTTLED. */
  readonly throttled: number;
  /** Verifications that were turned away, by reason. */
  readonly shed: Readonly<Record<ShedReason, number>>;
  /** Addresses, at most 20,000, and services with failures that were counted. */
  readonly sources: number;
  readonly load: LoadLevel;
}

/** Keeps guessing and floods away from the store and from those who have good keys. All of it is in memory and bounded. */
export class Guard {
  readonly #settings: () => GuardSettings;
  readonly #hashText: Keyring['hashText'];
  readonly #failures = new FailureBudget();
  readonly #failuresWithoutAddress = new FailureBudget();
  readonly #tokenChecks = new FailureBudget();
  readonly #refusedCalls = new FailureBudget();
  readonly #known = new KnownKeys();
  readonly #gauge = new LoadGauge();
  readonly #networksOf = createNetworkReader();
  readonly #serverCalls = new CallCeiling();
  readonly #serviceCalls = new Map<ServiceId, CallCeiling>();
  readonly #shed: Record<ShedReason, number> = { 'service-ceiling': 0, 'server-ceiling': 0, load: 0 };
  readonly #tagSeed: number;
  #throttled = 0;
  #guessing = { count: 0, by: new Map<string, number>() };

  /** `tagSeed` is any whole number, random for each process. */
  constructor(settings: () => GuardSettings, hashText: Keyring['hashText'], tagSeed: number) {
    this.#settings = settings;
    this.#hashText = hashText;
    this.#tagSeed = tagSeed;
  }

  /** Before anything is looked up: why it is not to be; null = go on. */
  beforeLookUp(
    service: ServiceRef,
    credential: Credential,
    question: Pick<Question, 'clientIp' | 'serviceId'>,
    nowMs: number,
  ): NoDecision | null {
    const why = this.#turnedAway(service, credential, nowMs);
    if (why !== null) return { kind: 'overloaded', why, retryAfterMs: SHED_RETRY_AFTER_MS };
    if (credential.token === null) return null;
    const retryAfterMs = this.#uncheckedToken(credential, question, nowMs);
    return retryAfterMs === null ? null : { kind: 'throttled', retryAfterMs };
  }

  /** For a call from where no key may be used, whatever it presents: counts it as a failed attempt, and in the room that `room`, the
   *  blocked source or the service, has in the log for such calls. Why it is not even decided; null = it is, and logged. */
  refusedSource(
    service: ServiceRef | null,
    clientIp: string | null,
    room: BlockedSourceId | ServiceId,
    nowMs: number,
  ): NotNow | null {
    const why = service === null ? null : this.#turnedAway(service, null, nowMs);
    if (why !== null) return { kind: 'overloaded', why, retryAfterMs: SHED_RETRY_AFTER_MS };
    const account = this.#accountOf(clientIp, service === null ? null : service.id);
    const retryAfterMs =
      account?.failures.count(account.source, nowMs, account.size) ??
      this.#refusedCalls.count(room, nowMs, REFUSED_CALLS);
    if (retryAfterMs === null) return null;
    this.#throttled += 1;
    return { kind: 'throttled', retryAfterMs };
  }

  /** Why there is no room for this verification; null = there is. Known keys have room longest; without a credential it counts as an
   *  unknown one. */
  #turnedAway(service: ServiceRef, credential: Credential | null, nowMs: number): ShedReason | null {
    const { verifyPerSecondMax } = this.#settings();
    const level = this.#gauge.level;
    if (level === 'calm' && verifyPerSecondMax === null && service.verifyPerSecondMax === null) return null;
    const isKnown = credential !== null && this.#isKnown(credential, nowMs);
    const why = this.#fullAt(service, verifyPerSecondMax, isKnown, nowMs);
    if (why !== null) this.#shed[why] += 1;
    return why;
  }

  /** After a decision: counts a failed attempt of a source. null unless its budget is used up: then the ms until it has room
   *  again, and the attempt is answered with that alone. Where nobody said the client's address, the service is the source, with a
   *  budget of its own; null = nobody is. */
  throttled(
    code: RefusalCode,
    clientIp: string | null,
    serviceId: ServiceId | null,
    nowMs: number,
  ): number | null {
    if (code !== 'MALFORMED' && code !== 'NOT_FOUND') return null;
    const account = this.#accountOf(clientIp, serviceId);
    if (account === null) return null;
    const retryAfterMs = account.failures.count(account.source, nowMs, account.size);
    if (retryAfterMs !== null) this.#noteGuess(account.source);
    return retryAfterMs;
  }

  /** Before the signature of a token is checked, which costs as much as twenty look-ups: a source whose budget is used up has only so
   *  many checked in a second. Then the ms until one more is; else null. A token that was good lately is always checked. */
  #uncheckedToken(
    credential: Credential,
    { clientIp, serviceId }: Pick<Question, 'clientIp' | 'serviceId'>,
    nowMs: number,
  ): number | null {
    const account = this.#accountOf(clientIp, serviceId);
    if (account === null || account.failures.hasRoom(account.source, nowMs, account.size)) return null;
    if (this.#isKnown(credential, nowMs)) return null;
    const retryAfterMs = this.#tokenChecks.count(account.source, nowMs, TOKEN_CHECKS);
    if (retryAfterMs !== null) this.#noteGuess(account.source);
    return retryAfterMs;
  }

  /** The key was good. */
  noteGood(credential: Credential, nowMs: number): void {
    const name = this.#nameOf(credential);
    if (name !== null) this.#known.note(name, this.#tagOf(credential), nowMs);
  }

  /** Takes one measurement of the event loop's lag. */
  readonly sampleLag = (lagMs: number): void => {
    this.#gauge.sample(lagMs, this.#settings().shedLagMs);
  };

  figures(): GuardFigures {
    return {
      throttled: this.#throttled,
      shed: { ...this.#shed },
      sources: this.#failures.sourceCount + this.#failuresWithoutAddress.sourceCount,
      load: this.#gauge.level,
    };
  }

  #isKnown(credential: Credential, nowMs: number): boolean {
    const name = this.#nameOf(credential);
    return name !== null && this.#known.has(name, this.#tagOf(credential), nowMs);
  }

  /** How often guessing was held back since this was last asked, and from which sources, of very many the first GUESSERS_MAX. Calls of
   *  sources that are blocked already are not among them. */
  takeGuessing(): { readonly count: number; readonly by: ReadonlyMap<string, number> } {
    const taken = this.#guessing;
    if (taken.count > 0) this.#guessing = { count: 0, by: new Map() };
    return taken;
  }

  #noteGuess(source: string): void {
    this.#throttled += 1;
    this.#guessing.count += 1;
    const { by } = this.#guessing;
    const times = by.get(source) ?? 0;
    if (times > 0 || by.size < GUESSERS_MAX) by.set(source, times + 1);
  }

  /** By what a key is recognised before it is looked up, together with the tag of its secret. A token by all of it, as an imported key. */
  #nameOf({ presented, text, token }: Credential): string | null {
    if (presented.kind === 'key') return presented.keyId;
    if (token !== null) return this.#hashText(`${token.signedText}.${token.signature.toString('base64url')}`);
    return presented.kind === 'foreign' && text !== null ? this.#hashText(text) : null;
  }

  /** Key ids are public, so the secret has to be the one that was good. The name of an imported key or a token is the hash of all of it. */
  #tagOf({ pair, presented, text }: Credential): number {
    if (presented.kind !== 'key') return 0;
    if (pair !== null) return secretTag(pair.secretPart, 0, this.#tagSeed);
    return text === null ? 0 : secretTag(text, text.length - SECRET_PART_CHARACTERS, this.#tagSeed);
  }

  #fullAt(service: ServiceRef, serverMax: number | null, isKnown: boolean, nowMs: number): ShedReason | null {
    const level = this.#gauge.level;
    if (level === 'overloaded' || (level === 'busy' && !isKnown)) return 'load';
    const serviceMax = service.verifyPerSecondMax;
    if (serviceMax !== null && !this.#callsOf(service.id).admit(nowMs, serviceMax, isKnown)) {
      return 'service-ceiling';
    }
    return serverMax === null || this.#serverCalls.admit(nowMs, serverMax, isKnown) ? null : 'server-ceiling';
  }

  /** At most one for each service that there is. */
  #callsOf(serviceId: ServiceId): CallCeiling {
    let calls = this.#serviceCalls.get(serviceId);
    if (calls === undefined) {
      calls = new CallCeiling();
      this.#serviceCalls.set(serviceId, calls);
    }
    return calls;
  }

  /** Where failures of an attempt are counted; null = nowhere. */
  #accountOf(
    clientIp: string | null,
    serviceId: ServiceId | null,
  ): { readonly failures: FailureBudget; readonly source: string; readonly size: BudgetSize } | null {
    const { failuresMax, failuresForgivenPerSecond, failuresExempt } = this.#settings();
    if (failuresMax === 0 || (clientIp !== null && this.#isExempt(clientIp, failuresExempt))) return null;
    const size = { failuresMax, forgivenPerSecond: failuresForgivenPerSecond };
    const source = clientIp === null ? null : addressSource(clientIp);
    if (source !== null) return { failures: this.#failures, source, size };
    if (serviceId === null) return null;
    return { failures: this.#failuresWithoutAddress, source: serviceId, size: manyTimes(size) };
  }

  #isExempt(clientIp: string, texts: readonly string[]): boolean {
    const networks = this.#networksOf(texts);
    const address = networks.length === 0 ? null : parseAddress(clientIp);
    return address !== null && networks.some((network) => isInNetwork(address, network));
  }
}

const GUESSERS_MAX = 20;
/** Ceilings count a second, and an overload is measured again within one. */
const SHED_RETRY_AFTER_MS = 1_000;
/** Signatures of tokens that are checked for a source whose budget is used up: a millisecond of work in a second. */
const TOKEN_CHECKS: BudgetSize = { failuresMax: 10, forgivenPerSecond: 10 };

/** Calls from one blocked source, however many addresses it has, that are decided and logged. Also where failures are not counted. */
const REFUSED_CALLS: BudgetSize = { failuresMax: 300, forgivenPerSecond: 1 };

/** The budget of a service for attempts of which nobody said the address: all of its callers share it. */
function manyTimes({ failuresMax, forgivenPerSecond }: BudgetSize): BudgetSize {
  return {
    failuresMax: failuresMax * FAILURES_WITHOUT_ADDRESS_TIMES,
    forgivenPerSecond: forgivenPerSecond * FAILURES_WITHOUT_ADDRESS_TIMES,
  };
}
