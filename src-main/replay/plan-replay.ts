import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyId } from '#contract/ids.ts';
import { REPLAY_KEYS_MAX, REPLAY_ROWS_MAX, type ReplayDays, type ReplayDraft } from '#contract/replay.ts';
import type { UseCaseContext } from '#main/context.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import type { ScopeRules } from '#main/sqlite/replay-queries.ts';
import { draftPolicy, savedPolicy, touchedBy } from './draft-policy.ts';
import { sharedBy, warmFrom } from './policy-limits.ts';
import type {
  CatalogueEndpoint,
  ReplayPlan,
  ReplaySubject,
  SuggestPlan,
} from '#main/requests/replay-plan.ts';

const DAY_MS = 86_400_000;
/** Keys that are read in one turn: verification waits meanwhile, some 50 µs a key. */
const KEYS_A_TURN = 20;
/** Other keys that are counted along where a limit is shared. */
const SHARING_MAX = 200;

/** What is to be replayed, of keys that are named. */
export interface ReplayOfKeys {
  readonly keyIds: readonly KeyId[];
  readonly days: ReplayDays;
  readonly draft: ReplayDraft;
}

/** Gathers what a replay needs from the key store. Throws KEY_NOT_FOUND and what checkKeyPolicy throws. */
export async function planReplay(
  context: UseCaseContext,
  { keyIds, days, draft }: ReplayOfKeys,
): Promise<ReplayPlan> {
  checkKeyPolicy(context, draft);
  const scopes = context.db.replay.scopes();
  const asked = [...new Set(keyIds)].slice(0, REPLAY_KEYS_MAX);
  const subjects: ReplaySubject[] = [];
  for (const [index, keyId] of asked.entries()) {
    if (index > 0 && index % KEYS_A_TURN === 0) await nextTurn();
    subjects.push(subjectOf(context, keyId, draft, scopes));
  }
  const sharing = sharingKeys(context, subjects);
  for (const keyId of sharing.keyIds) subjects.push(bystander(context, keyId, scopes));
  const toMs = context.nowMs;
  const fromMs = toMs - days * DAY_MS;
  const policies = subjects.flatMap(({ saved, draft: drafted }) => [saved, drafted]);
  return {
    fromMs,
    toMs,
    warmFromMs: Math.min(fromMs, ...policies.map(({ row }) => warmFrom(row, fromMs))),
    rowsMax: REPLAY_ROWS_MAX,
    subjects,
    catalogue: catalogueOf(context),
    isSharedUncounted: sharing.isMore,
    expiresAtMs: draft.expiresAt,
  };
}

/** Gathers what suggestions for a key need. Throws KEY_NOT_FOUND. */
export function planSuggest(context: UseCaseContext, keyId: KeyId, days: ReplayDays): SuggestPlan {
  const { key, row } = readKey(context, keyId);
  return {
    fromMs: context.nowMs - days * DAY_MS,
    toMs: context.nowMs,
    rowsMax: REPLAY_ROWS_MAX,
    keyId,
    saved: savedPolicy({ key, row, scopes: context.db.replay.scopes() }),
    catalogue: catalogueOf(context),
  };
}

function subjectOf(
  context: UseCaseContext,
  keyId: KeyId,
  draft: ReplayDraft,
  scopes: readonly ScopeRules[],
): ReplaySubject {
  const { key, row } = readKey(context, keyId);
  const planId = draft.planId === undefined ? key.planId : draft.planId;
  const plan = planId === null ? null : context.db.replay.planLimits(planId);
  return {
    keyId,
    saved: savedPolicy({ key, row, scopes }),
    draft: draftPolicy({ key, row, draft, scopes, plan }),
    touched: touchedBy(key, draft),
    isCounted: true,
  };
}

/** A key that only counts into a shared limit. */
function bystander(context: UseCaseContext, keyId: KeyId, scopes: readonly ScopeRules[]): ReplaySubject {
  const saved = savedPolicy({ ...readKey(context, keyId), scopes });
  const touched = { expiry: false, scope: false, bindings: [] };
  return { keyId, saved, draft: saved, touched, isCounted: false };
}

function readKey({ db }: UseCaseContext, keyId: KeyId) {
  const key: StoredKey | null = db.keys.get(keyId);
  const row = db.verify.findKeyById(keyId, null);
  if (key === null || row === null) {
    throw new AppError('KEY_NOT_FOUND', 'There is no key with this id. Look it up in the list of keys.');
  }
  return { key, row };
}

/** Keys beside those asked about that share a limit with one of them. */
function sharingKeys({ db }: UseCaseContext, subjects: readonly ReplaySubject[]) {
  const asked = new Set(subjects.map(({ keyId }) => keyId));
  const others = new Set<KeyId>();
  for (const { saved, draft } of subjects) {
    for (const { row } of [saved, draft]) {
      const { application, partner } = sharedBy(row);
      const limit = SHARING_MAX + asked.size + 1;
      if (application) for (const id of db.replay.keysOfApplication(row.applicationId, limit)) others.add(id);
      if (partner) for (const id of db.replay.keysOfPartner(row.partnerId, limit)) others.add(id);
    }
  }
  const keyIds = [...others].filter((id) => !asked.has(id));
  return keyIds.length > SHARING_MAX ? { keyIds: [], isMore: true } : { keyIds, isMore: false };
}

function catalogueOf({ db }: UseCaseContext): readonly CatalogueEndpoint[] {
  return db.endpoints.list(null).map(({ serviceId, method, path }) => ({ serviceId, method, path }));
}
