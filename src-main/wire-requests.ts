import type { Worker } from 'node:worker_threads';
import { serviceId, timestampMs } from '#contract/ids.ts';
import type { KeyId } from '#contract/ids.ts';
import { createPublicBase } from './access-requests/public-base.ts';
import { WithdrawalWatch } from './keys/withdrawal-watch.ts';
import type { Clock } from './platform/clock.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import { randomBytes } from './platform/random.ts';
import type { DecisionSink } from './requests/decision-row.ts';
import { RequestsClient } from './requests/requests-client.ts';
import type { KeyDescription } from './requests/requests-messages.ts';
import type { KeysStore } from './sqlite/keys-store.ts';
import type { VerifyLookup } from './sqlite/verify-lookup.ts';
import { BlockedSources } from './verify/blocked-sources.ts';
import { Limiter } from './verify/limiter.ts';
import type { LimitTestParts } from './verify/self-test/trial-verifier.ts';
import { createLimitsLeft, type LimitsLeft } from './verify/limits-left.ts';
import { RehashQueue } from './verify/rehash-queue.ts';
import type { CanCall } from './keys/key-questions.ts';
import { createCanCall } from './verify/can-call.ts';
import { REMEMBERED_MS } from './verify/repeats.ts';
import { createSimulate, type Simulate } from './verify/simulate.ts';
import { SlowVerifications } from './verify/slow-verifications.ts';
import { TurnedAwayWatch } from './verify/turned-away.ts';
import { createVerifier, type Verifier } from './verify/verify-key.ts';
import { watchLag } from './verify/watch-lag.ts';
import type { WiredStore } from './wire-store.ts';

/** The request log and what decides and records requests. */
export interface WiredRequests {
  readonly client: RequestsClient;
  readonly verifier: Verifier;
  readonly simulate: Simulate;
  readonly canCall: CanCall;
  readonly rehashes: RehashQueue;
  readonly withdrawals: WithdrawalWatch;
  readonly limitsLeft: LimitsLeft;
  /** What limits are decided with. */
  readonly limitParts: LimitTestParts;
  readonly sources: BlockedSources;
  readonly slow: SlowVerifications;
  readonly turnedAway: TurnedAwayWatch;
  /** Has the log told the last uses of earlier runs? */
  readonly isUseKnown: () => boolean;
  /** When an earlier run made its newest decision, ms UTC, as far as the log has told; 0 = never. */
  readonly newestEarlierMs: () => number;
}

/** What the request log is started with. */
interface RequestsParts {
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createWorker: () => Worker;
  readonly serviceUrl: () => string;
}

const LOG_SUBJECTS = ['requests', 'status'] as const;
const LOG_SUBJECTS_AND_NOTICES = [...LOG_SUBJECTS, 'notices'] as const;

/** What the log tells by and by. */
interface Told {
  hasNewNotices: boolean;
  isUseKnown: boolean;
  /** When an earlier run made its newest decision, ms UTC. */
  newestMs: number;
  onUseKnown: () => void;
}

/** Starts the request log on its own thread, then the verifier with the counters that the log kept. A log that is slow to
 *  open gives them later: until then quotas count from zero, because verification does not wait for its log. */
export async function wireRequests(wired: WiredStore, parts: RequestsParts): Promise<WiredRequests> {
  const { store, keyring, announcements, settings } = wired;
  const { clock } = parts;
  const limiter = new Limiter();
  const told: Told = { hasNewNotices: false, isUseKnown: false, newestMs: 0, onUseKnown: () => undefined };
  const client = createClient(wired, parts, limiter, told);
  await client.start();
  announcements.subscribe(({ subjects }) => {
    if (subjects.includes('settings')) client.configure(settings());
  });
  const { lastUsed } = store.db;
  const lookup = currentLookup(wired);
  const sources = followBlockedSources(wired);
  const rehashes = rehashIn(wired, parts.logger);
  const slow = new SlowVerifications({
    fromMs: () => settings().slowVerifyMs,
    monotonicMs: clock.monotonicMs,
    logger: parts.logger,
  });
  const verifier = createVerifier({
    lookup,
    keyring,
    limiter,
    clock,
    randomBytes,
    decisions: watchNotices(client, () => (told.hasNewNotices = true)),
    lastUsed,
    sources,
    keyShapes: () => store.db.keyShapes.all(),
    rehash: rehashes.add,
    noteSlow: slow.note,
    settings,
    serviceUrl: createPublicBase(settings, parts.serviceUrl),
  });
  const restore = (): void => {
    verifier.noteEarlierRun(told.newestMs);
    restoreGranted(client, verifier, parts);
  };
  if (told.isUseKnown) restore();
  else told.onUseKnown = restore;
  const simulate = createSimulate({ lookup, limiter, clock, sources, signed: verifier.signed });
  return {
    client,
    verifier,
    simulate,
    canCall: createCanCall({ lookup, limiter, clock }),
    rehashes,
    withdrawals: watchWithdrawals(client, simulate, clock),
    limitsLeft: createLimitsLeft({ lookup, limiter, clock }),
    limitParts: { lookup, keyring, limiter, clock, settings },
    sources,
    slow,
    turnedAway: new TurnedAwayWatch(verifier.guard, sourceNames(wired)),
    isUseKnown: () => told.isUseKnown,
    newestEarlierMs: () => told.newestMs,
  };
}

/** A source of the guard as people call it: where nobody says the address, it is the service. */
function sourceNames({ store }: WiredStore): (source: string) => string {
  return (source) => {
    const service = serviceId.safeParse(source);
    return service.success ? (store.db.services.get(service.data)?.name ?? source) : source;
  };
}

/** The blocked sources, read again after each change of them and after a restore. */
function followBlockedSources({ store, announcements }: WiredStore): BlockedSources {
  const sources = new BlockedSources();
  const read = (): void => {
    sources.replace(
      store.db.blockedSources
        .list()
        .map(({ id, network, expiresAt }) => ({ id, network, expiresAtMs: expiresAt })),
    );
  };
  read();
  announcements.subscribe(({ subjects }) => {
    if (subjects.includes('blockedSources')) read();
  });
  return sources;
}

/** Ids of this many granted requests are taken over from the log at most, the newest ones. */
const GRANTED_MAX = 50_000;

/** Tells the verifier which ids of callers were granted before the start, once the log can say so: what comes until then spends as
 *  if it were new. */
function restoreGranted(client: RequestsClient, verifier: Verifier, { clock, logger }: RequestsParts): void {
  const from = timestampMs.parse(clock.nowMs() - REMEMBERED_MS);
  client
    .query('requests.granted', { from, max: GRANTED_MAX })
    .then(verifier.restoreGranted)
    .catch((error: unknown) => {
      logger.warn('Request ids from before the start are not known: a repeat spends again.', { error });
    });
}

/** The log as this process sees it; not started. `told` is what it tells by and by. */
function createClient(
  { store, announcements, settings }: WiredStore,
  parts: RequestsParts,
  limiter: Limiter,
  told: Told,
): RequestsClient {
  const { clock } = parts;
  return new RequestsClient({
    createWorker: parts.createWorker,
    file: parts.directory.requestsDatabase,
    clock,
    retention: settings(),
    findKey: (keyId) => describeKey(store, keyId),
    findServiceName: (serviceId) => store.db.services.get(serviceId)?.name ?? null,
    onRestored: ({ quotas, windows, keys, services }) => {
      const { lastUsed } = store.db;
      told.isUseKnown = true;
      told.newestMs = goOnFrom(services, parts);
      limiter.restoreQuota(quotas);
      limiter.restoreWindows(windows, { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });
      lastUsed.load(keys);
      for (const { serviceId, atMs } of services) lastUsed.touchService(serviceId, atMs);
      told.onUseKnown();
    },
    onChange: () => {
      const subjects = told.hasNewNotices ? LOG_SUBJECTS_AND_NOTICES : LOG_SUBJECTS;
      told.hasNewNotices = false;
      announcements.announce({ kind: 'changed', subjects });
    },
    onDown: (error) => {
      parts.logger.error('The request log stopped and is started again.', { error });
    },
    onReaderDown: (error) => {
      parts.logger.error('What reads the request log for long questions stopped; they failed.', { error });
    },
  });
}

/** Time goes on from the newest decision, also when the clock was set back while the program was off: else what has expired would
 *  work again. Tells when that decision was made, ms UTC. */
function goOnFrom(
  services: readonly { readonly atMs: number }[],
  { clock, logger }: Pick<RequestsParts, 'clock' | 'logger'>,
): number {
  const newestMs = services.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
  if (clock.notBefore?.(newestMs) === false) {
    logger.warn(
      'The clock of this machine is more than a day behind the newest decision in the log: keys that had expired may work again. Set the clock.',
    );
  }
  return newestMs;
}

/** Replaces hashes in whatever store is open then. */
function rehashIn({ store }: WiredStore, logger: Logger): RehashQueue {
  return new RehashQueue({
    store: (secrets, tokens) => {
      store.db.transaction(() => {
        for (const one of secrets) store.db.secrets.rehash(one);
        for (const one of tokens) store.db.peppers.rehashToken(one.table, one);
      });
    },
    onError: (error) => {
      logger.warn('Hashes under the current pepper were not stored; the next use brings them again.', {
        error,
      });
    },
  });
}

/** Asks the verifier itself whether a key is refused: the path plays no part in that. */
function watchWithdrawals(client: RequestsClient, simulate: Simulate, clock: Clock): WithdrawalWatch {
  return new WithdrawalWatch({
    isRefused: (keyId, secretVersion) => {
      const { code } = simulate({ keyId, secretVersion, method: 'GET', path: '/', isSigned: true });
      return code === 'REVOKED' || code === 'SUSPENDED';
    },
    newestAccepted: async ({ keyId, secretVersion, from, to }) => {
      if (client.state === 'down') return 'unknown';
      const filter = { keyId, secretVersion, code: 'VALID', from, to } as const;
      return (await client.query('requests.list', { filter, limit: 1 })).items[0]?.at ?? null;
    },
    monotonicMs: clock.monotonicMs,
  });
}

/** The log, seen by somebody who wants to know when a decision reached a share of a quota. */
function watchNotices(log: DecisionSink, onNotice: () => void): DecisionSink {
  return {
    record: (row) => {
      log.record(row);
      if (row.quota !== null && row.quota.notice !== null) onNotice();
    },
    whenRecorded: (send) => {
      log.whenRecorded(send);
    },
  };
}

/** Names of a key for a report of a request that was verified elsewhere. */
function describeKey(store: KeysStore, keyId: KeyId): KeyDescription | null {
  const key = store.db.keys.get(keyId);
  return key === null
    ? null
    : {
        keyId,
        keyName: key.name,
        environment: key.environment,
        applicationId: key.applicationId,
        application: key.applicationName,
        partnerId: key.partnerId,
        partner: key.partnerName,
      };
}

/** The look-ups of whatever store is open at the moment of each call: a restore changes it. */
function currentLookup({ store, withheld }: Pick<WiredStore, 'store' | 'withheld'>): VerifyLookup {
  return {
    findSecret: (hash, serviceId) => withheld.seen(store.db.verify.findSecret(hash, serviceId)),
    findKeyById: (keyId, serviceId, version) =>
      withheld.seen(store.db.verify.findKeyById(keyId, serviceId, version)),
    findKeyName: (keyId) => store.db.verify.findKeyName(keyId),
    findService: (hash, nowMs) => store.db.verify.findService(hash, nowMs),
    findSigningKey: (kid) => store.db.verify.findSigningKey(kid),
    revision: () => store.db.verify.revision(),
    hasService: (serviceId) => store.db.verify.hasService(serviceId),
  };
}

/** Ids hold no more memory than that long after their five minutes. */
const FORGET_EVERY_MS = 60_000;

/** What ends with the verifier, in this order. Decisions are in memory; the store has nothing that is not committed. */
export function endingsOf({ client, rehashes, slow, verifier, withdrawals }: WiredRequests, clock: Clock) {
  const unwatchLag = watchLag(clock.monotonicMs, verifier.guard.sampleLag);
  const forgetting = setInterval(verifier.forgetOldIds, FORGET_EVERY_MS).unref();
  return [
    () => {
      withdrawals.close();
      clearInterval(forgetting);
    },
    unwatchLag,
    () => {
      slow.close();
      rehashes.flush();
    },
    () => client.close(),
  ];
}
