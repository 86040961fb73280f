import type { TimestampMs } from '#contract/ids.ts';
import type { ReplayDraft } from '#contract/replay.ts';
import type { BindingName } from '#main/domain/verification.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import type { PlanLimits, ScopeRules } from '#main/sqlite/replay-queries.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { ReplayPolicy, Touched } from '#main/requests/replay-plan.ts';

/** What a draft is worked out from. */
export interface DraftParts {
  readonly key: StoredKey;
  /** As the verifier finds the key. */
  readonly row: VerifyRow;
  readonly draft: ReplayDraft;
  /** Every scope, by name. */
  readonly scopes: readonly ScopeRules[];
  /** Limits of the plan that the draft leads to; null without a plan. */
  readonly plan: PlanLimits | null;
}

/** The policy as it is saved. */
export function savedPolicy({ key, row, scopes }: Omit<DraftParts, 'draft' | 'plan'>): ReplayPolicy {
  const held = new Set(key.scopes.map(({ id }) => id));
  return { row, scopes: scopes.filter(({ id }) => held.has(id)) };
}

/** The policy as it would be, in the same texts that the store would give to the verifier. */
export function draftPolicy(parts: DraftParts): ReplayPolicy {
  const { key, row, draft, scopes } = parts;
  const held = new Set(draft.scopeIds ?? key.scopes.map(({ id }) => id));
  return {
    row: {
      ...row,
      ...limitTexts(parts),
      rulesJson: draft.rules === undefined ? row.rulesJson : JSON.stringify(draft.rules),
      bindingsJson: bindingsText(key, draft),
      expiresAtMs: changedOr<TimestampMs | null>(draft.expiresAt, row.expiresAtMs),
      expiryGraceMs: changedOr(draft.expiryGraceMs, row.expiryGraceMs),
    },
    scopes: scopes.filter(({ id }) => held.has(id)),
  };
}

/** What of it differs from what is saved. */
export function touchedBy(key: StoredKey, draft: ReplayDraft): Touched {
  const isMode = differs(draft.bindingMode, key.bindingMode);
  const bindings: readonly (readonly [BindingName, boolean])[] = [
    ['ip', differs(draft.ipAllow, key.ipAllow)],
    ['origin', differs(draft.originAllow, key.originAllow)],
    ['userAgent', differs(draft.userAgentAllow, key.userAgentAllow)],
    ['service', differs(draft.serviceAllow, key.serviceAllow)],
    ['time', differs(draft.timeAllow, key.timeAllow)],
    // Drafts do not touch it, but for whether it is enforced.
    ['signature', false],
  ];
  const scopeIds = key.scopes.map(({ id }) => id).sort();
  return {
    expiry: differs(draft.expiresAt, key.expiresAtMs) || differs(draft.expiryGraceMs, key.expiryGraceMs),
    scope:
      differs(draft.scopeIds === undefined ? undefined : [...draft.scopeIds].sort(), scopeIds) ||
      differs(draft.rules, key.rules),
    bindings: bindings.filter(([, isChanged]) => isMode || isChanged).map(([name]) => name),
  };
}

function limitTexts({
  key,
  draft,
  plan,
}: DraftParts): Pick<VerifyRow, 'rateLimitJson' | 'rateLimitsJson' | 'quotaJson'> {
  const rateLimit = changedOr(draft.rateLimit, key.rateLimit);
  const rateLimits = JSON.stringify(draft.rateLimits ?? key.rateLimits);
  const quota = changedOr(draft.quota, key.quota);
  const ofPlan = plan?.rateLimitsJson ?? '[]';
  return {
    rateLimitJson: rateLimit === null ? (plan?.rateLimitJson ?? null) : JSON.stringify(rateLimit),
    rateLimitsJson: rateLimits === '[]' && ofPlan === '[]' ? null : `[${ofPlan},${rateLimits}]`,
    quotaJson: quota === null ? (plan?.quotaJson ?? null) : JSON.stringify(quota),
  };
}

function bindingsText(key: StoredKey, draft: ReplayDraft): string | null {
  const lists = {
    ip: draft.ipAllow ?? key.ipAllow,
    origin: draft.originAllow ?? key.originAllow,
    userAgent: draft.userAgentAllow ?? key.userAgentAllow,
    service: draft.serviceAllow ?? key.serviceAllow,
    time: draft.timeAllow ?? key.timeAllow,
  };
  const { signedBy } = key;
  if (Object.values(lists).every((list) => list.length === 0) && signedBy === null) return null;
  return JSON.stringify({ ...lists, signedBy, mode: draft.bindingMode ?? key.bindingMode });
}

function changedOr<T>(changed: T | undefined, saved: T): T {
  return changed === undefined ? saved : changed;
}

function differs(changed: unknown, saved: unknown): boolean {
  return changed !== undefined && JSON.stringify(changed) !== JSON.stringify(saved);
}
