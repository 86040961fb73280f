import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { LeakMatch } from '#contract/leaks.ts';
import type { LimitsLeft } from '#contract/limits-left.ts';
import type { UseCaseContext } from '#main/context.ts';
import { byDanger, canWrite } from '#main/domain/leak-order.ts';
import { inWords } from '#main/holder/holder-view.ts';
import { getKey } from '#main/keys/get-key.ts';
import { hashOfSha256 } from '#main/keys/origin-hash.ts';
import { limitSentences } from '#main/passport/passport-words.ts';

/** What is asked beside the store. */
export interface MatchParts {
  readonly limitsOf: (keyId: KeyId) => LimitsLeft;
  /** Rejects while the log is down. */
  readonly lastDay: (keyIds: readonly KeyId[]) => Promise<Output<'usage.byKey'>>;
}

/** Rules that are told in words. */
const MAY_TOLD_MAX = 20;
/** Keys that are looked up before verifications get their turn: each costs some 100 µs. */
const KEYS_A_TURN = 10;

/** Which keys of this store are meant, the most dangerous first. Keeps and changes nothing. */
export async function matchLeaks(
  context: UseCaseContext,
  { hashes, keyIds }: HandlerInput<'leaks.match'>,
  parts: MatchParts,
): Promise<Output<'leaks.match'>> {
  const versions = provenVersions(context, hashes);
  const asked = [...new Set([...versions.keys(), ...keyIds])];
  const known = asked.filter((keyId) => context.db.keys.getState(keyId) !== null);
  const days = await lastDays(parts, known);
  const matches: LeakMatch[] = [];
  for (const [index, keyId] of known.entries()) {
    if (index > 0 && index % KEYS_A_TURN === 0) await nextTurn();
    const secretVersion = versions.get(keyId) ?? null;
    const match = matchOf(context, keyId, { secretVersion, limitsOf: parts.limitsOf });
    matches.push({ ...match, lastDay: days?.get(keyId) ?? null });
  }
  return {
    at: context.nowMs,
    matches: matches.sort(byDanger),
    foreign: asked.filter((keyId) => !known.includes(keyId)),
  };
}

/** The newest secret of each key whose text was there. */
function provenVersions(context: UseCaseContext, hashes: readonly string[]): ReadonlyMap<KeyId, number> {
  const versions = new Map<KeyId, number>();
  for (const sha256 of new Set(hashes)) {
    const found = context.db.secrets.findByOrigin(hashOfSha256(context.keyring, sha256));
    if (found !== null) versions.set(found.keyId, Math.max(found.version, versions.get(found.keyId) ?? 0));
  }
  return versions;
}

async function lastDays(
  { lastDay }: MatchParts,
  keyIds: readonly KeyId[],
): Promise<ReadonlyMap<KeyId, LeakMatch['lastDay']> | null> {
  if (keyIds.length === 0) return new Map();
  try {
    const days = await lastDay(keyIds);
    return new Map(
      days.map(({ keyId, total, series }) => [
        keyId,
        { total, refused: series.reduce((sum, hour) => sum + hour.refused, 0) },
      ]),
    );
  } catch {
    // A leak is found and contained without the log; figures are shown as unknown.
    return null;
  }
}

function matchOf(
  context: UseCaseContext,
  keyId: KeyId,
  asked: { readonly secretVersion: number | null; readonly limitsOf: MatchParts['limitsOf'] },
): LeakMatch {
  const { secretVersion } = asked;
  const key = getKey(context, { keyId });
  const rules = [...key.scopeIds.flatMap((id) => context.db.scopes.get(id)?.rules ?? []), ...key.rules];
  const { may } = inWords(rules);
  const { name, environment, status, partnerName, applicationName, contactEmail, expiresAt, lastUsedAt } =
    key;
  const secret = key.secrets.find(({ version }) => version === secretVersion);
  const isLive = status === 'active' || status === 'rotating';
  return {
    ...{
      keyId,
      name,
      environment,
      status,
      partnerName,
      applicationName,
      contactEmail,
      expiresAt,
      lastUsedAt,
    },
    state: !isLive || secret?.state === 'ended' ? 'dead' : secretVersion === null ? 'unproven' : 'usable',
    secretVersion,
    secretCount: key.secrets.length,
    may: may.slice(0, MAY_TOLD_MAX),
    mayCount: may.length,
    canWrite: canWrite(rules),
    limits: limitSentences(asked.limitsOf(keyId)),
    lastDay: null,
    openLeakId: context.db.leaks.findOpen(keyId)?.id ?? null,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
