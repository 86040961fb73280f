import { z } from 'zod';
import type { TimestampMs } from '#contract/ids.ts';
import { isWaiting } from '#main/domain/handoff-steps.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';
import { createTokenExchangeQueries } from '#main/sqlite/token-exchange-queries.ts';
import { takeHashes, unfoundSecrets } from '#main/sqlite/rehash-queries.ts';
import { createWithdrawalQueries } from '#main/sqlite/withdrawal-queries.ts';

const names = z.array(z.string()).readonly();

/** What a restore did not bring back, by name: ids of keys and tokens, `keyId version` of secrets, hints of service tokens. */
export const keptWithdrawals = z
  .object({
    revokedKeys: names,
    suspendedKeys: names,
    endedSecrets: names,
    revokedTokens: names,
    endedServiceTokens: names,
    /** Secrets that only the backup has, kept under a pepper that was dropped since. */
    unfoundSecrets: names.default([]),
    /** Networks that were blocked since, or for longer. */
    blockedSources: names.default([]),
  })
  .readonly();
/** See keptWithdrawals. */
export type KeptWithdrawals = z.infer<typeof keptWithdrawals>;

/** Nothing was taken away since. */
export const NOTHING_KEPT: KeptWithdrawals = {
  revokedKeys: [],
  suspendedKeys: [],
  endedSecrets: [],
  revokedTokens: [],
  endedServiceTokens: [],
  unfoundSecrets: [],
  blockedSources: [],
};

/** How many revocations, suspensions and ends. */
export function countKept(kept: KeptWithdrawals): number {
  return Object.values(kept).reduce((count, list) => count + list.length, 0);
}

type Queries = ReturnType<typeof createWithdrawalQueries>;

/** Takes away in `restored` what was taken away in `present`, in one transaction: a restore must never let in what is
 *  refused now. A rotation is kept whole, with the secret or service token it made: otherwise nothing would be left that
 *  works. Keys that are only in `present` are not added. */
export function keepWithdrawals(parts: {
  readonly present: KeysDatabase;
  readonly restored: KeysDatabase;
  readonly nowMs: TimestampMs;
}): KeptWithdrawals {
  const { present, restored, nowMs } = parts;
  const from = createWithdrawalQueries(present.handle);
  const to = createWithdrawalQueries(restored.handle);
  return restored.transaction(() => {
    keepPeppers(present, restored);
    keepHandoffEnds(present, restored, nowMs);
    keepTokenEnds(present, restored);
    for (const service of from.keptAnswers()) to.keepAnswersNoLonger(service);
    for (const service of from.askedFrom()) to.askFrom(service);
    return {
      ...keepKeys(from, to),
      endedSecrets: keepSecrets(from, to, nowMs),
      revokedTokens: [
        ...keepAdminTokens(from, to, nowMs),
        ...from
          .revokedEnrolmentTokens()
          .filter((token) => to.revokeEnrolmentToken(token))
          .map(({ id }) => id),
      ],
      endedServiceTokens: keepServiceTokens(from, to, nowMs),
      blockedSources: keepBlocks(present, restored, nowMs),
      unfoundSecrets: unfoundSecrets(restored.handle, acceptedPeppers(present), nowMs),
    };
  });
}

/** The peppers that are accepted now stay, and what was kept anew under them. First of all: what is taken away is told by its hash. */
function keepPeppers(present: KeysDatabase, restored: KeysDatabase): void {
  restored.peppers.clear();
  for (const pepper of present.peppers.list()) restored.peppers.put(pepper);
  takeHashes(present.handle, restored.handle);
}

function acceptedPeppers(present: KeysDatabase): readonly number[] {
  const stored = present.peppers.list();
  const dropped = stored.filter(({ droppedAtMs }) => droppedAtMs !== null).map(({ version }) => version);
  return [1, ...stored.map(({ version }) => version)].filter((version) => !dropped.includes(version));
}

/** What was revealed or destroyed since must not be revealed again by a link that a backup has brought back. */
function keepHandoffEnds(present: KeysDatabase, restored: KeysDatabase, nowMs: TimestampMs): void {
  for (const handoff of restored.handoffs.listOpen()) {
    const now = present.handoffs.get(handoff.id);
    const ended = { ...handoff, state: 'withdrawn', endedAtMs: nowMs } as const;
    // The one that replaced it may not be in the backup.
    restored.handoffs.update(now === null ? ended : { ...now, replacedBy: null });
    if (now === null || !isWaiting(now.state)) restored.handoffs.deleteContent(handoff.id);
  }
}

/** A signing key that was replaced after a leak must not check tokens again, and a service that takes none now goes on taking none.
 *  Tokens that are good now stay good. */
function keepTokenEnds(present: KeysDatabase, restored: KeysDatabase): void {
  const from = createTokenExchangeQueries(present.handle);
  const to = createTokenExchangeQueries(restored.handle);
  to.removeKeys();
  for (const key of from.keys(0)) to.insertKey(key);
  const taking = new Set(from.services().map(({ id }) => id));
  for (const { id, lifeMs } of to.services()) {
    if (!taking.has(id)) to.put({ serviceId: id, isOn: false, lifeMs });
  }
}

/** Who is blocked now stays so, for as long; who was blocked when the backup was made is so again. */
function keepBlocks(present: KeysDatabase, restored: KeysDatabase, nowMs: TimestampMs): readonly string[] {
  const kept = present.blockedSources.list().filter(({ network, expiresAt }) => {
    const end = expiresAt ?? Infinity;
    const there = restored.blockedSources.find(network);
    return end > nowMs && (there === null || (there.expiresAt ?? Infinity) < end);
  });
  for (const source of kept) {
    const there = restored.blockedSources.find(source.network);
    // The incident may be newer than the backup.
    const leakId =
      source.leakId !== null && restored.leaks.get(source.leakId) !== null ? source.leakId : null;
    if (there !== null) restored.blockedSources.delete(there.id);
    restored.blockedSources.put({ ...source, leakId });
  }
  return kept.map(({ network }) => network);
}

function keepKeys(from: Queries, to: Queries): Pick<KeptWithdrawals, 'revokedKeys' | 'suspendedKeys'> {
  const keys = from.keys();
  for (const key of from.purgedKeys()) to.notePurged(key);
  return {
    revokedKeys: keys.filter((key) => key.revokedAtMs !== null && to.revokeKey(key)).map(({ id }) => id),
    suspendedKeys: keys.filter((key) => key.suspendedAtMs !== null && to.suspendKey(key)).map(({ id }) => id),
  };
}

function keepSecrets(from: Queries, to: Queries, nowMs: TimestampMs): readonly string[] {
  const ended: string[] = [];
  for (const secret of from.secrets()) {
    if (to.addSecret(secret)) continue;
    if (secret.endsAtMs === null) to.keepCurrentSecret(secret);
    const isEnded = secret.endsAtMs !== null && to.endSecret(secret);
    if (isEnded) ended.push(`${secret.keyId} ${String(secret.version)}`);
  }
  to.endOutdatedSecrets({ nowMs });
  return ended;
}

function keepAdminTokens(from: Queries, to: Queries, nowMs: TimestampMs): readonly string[] {
  const revoked = from.revokedAdminTokens().filter((token) => to.revokeAdminToken(token));
  // Nobody could get in any more where there is no desktop: those who may now stay.
  if (to.liveOwnerTokens(nowMs).length === 0) {
    for (const token of from.liveOwnerTokens(nowMs)) to.addOwnerToken(token);
  }
  return revoked.map(({ id }) => id);
}

function keepServiceTokens(from: Queries, to: Queries, nowMs: TimestampMs): readonly string[] {
  const held = from.serviceTokens();
  // A service that is gone comes back with its token: it was removed, not its token withdrawn, and without one it would be lost.
  const isThere = new Set(held.map(({ serviceId }) => serviceId));
  // Rows of ended tokens are removed after a while: what is not there any more has ended.
  const endOf = new Map(held.map(({ hash, endsAtMs }) => [hash.toString('hex'), endsAtMs]));
  const ended = to.serviceTokens().filter(({ hash, serviceId }) => {
    if (!isThere.has(serviceId)) return false;
    const end = endOf.get(hash.toString('hex'));
    const endsAtMs = end === undefined ? nowMs : end;
    return endsAtMs !== null && to.endServiceToken({ hash, endsAtMs });
  });
  for (const token of held) to.addServiceToken(token);
  return ended.map(({ hint }) => hint);
}
