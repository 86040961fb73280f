import { timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { Key, KeySummary, Secret } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { importedHintText, keyHintText } from '#main/domain/key-format.ts';
import {
  currentVersion,
  keyEndsAt,
  keyStatus,
  overlapEndsAt,
  restorableUntil,
  secretState,
  type SecretVersion,
} from '#main/domain/key-status.ts';
import { policyDrift } from '#main/domain/policy-drift.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { KeyListRow } from '#main/sqlite/key-list-queries.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import type { StoredSecret } from '#main/sqlite/secret-queries.ts';
import { viewOverlap } from './overlap-view.ts';

/** A key as stored, with its secrets, newest first. */
export interface LoadedKey {
  readonly key: StoredKey;
  readonly secrets: readonly StoredSecret[];
}

/** Reads a key and its secrets. Throws KEY_NOT_FOUND. */
export function loadKey(context: UseCaseContext, keyId: KeyId): LoadedKey {
  const key = context.db.keys.get(keyId);
  if (key === null) {
    throw new AppError('KEY_NOT_FOUND', 'There is no key with this id. Look it up in the list of keys.');
  }
  return { key, secrets: context.db.secrets.list(keyId) };
}

/** A key as callers see it at `context.nowMs`: status, secret states and the end of an overlap are worked out here. */
export function viewKey(context: UseCaseContext, loaded: LoadedKey): Key {
  const { key, secrets } = loaded;
  const currentNumber = currentVersion(secrets);
  const current = must(
    secrets.find((secret) => secret.version === currentNumber),
    'a key has a secret',
  );
  const summary = viewSummary(context, {
    ...key,
    scopeNames: key.scopes.map((scope) => scope.name),
    version: current.version,
    last4: current.last4,
    isImported: current.isImported,
    retiringEndsAtMs: moment(overlapEndsAt(secrets, context.nowMs)),
  });
  return {
    ...summary,
    scopeIds: key.scopes.map((scope) => scope.id),
    rules: key.rules,
    template: viewTemplate(context, key),
    planId: key.planId,
    rateLimit: key.rateLimit,
    rateLimits: key.rateLimits,
    quota: key.quota,
    ipAllow: key.ipAllow,
    originAllow: key.originAllow,
    userAgentAllow: key.userAgentAllow,
    serviceAllow: key.serviceAllow,
    timeAllow: key.timeAllow,
    bindingMode: key.bindingMode,
    signedBy: key.signedBy,
    noExpiryReason: key.noExpiryReason,
    meta: key.meta,
    note: key.note,
    externalId: key.externalId,
    contactEmail: key.contactEmail,
    parent: key.parentId === null ? null : { keyId: key.parentId, name: key.parentName ?? '' },
    createdBy: context.db.keys.createdBy(key.id),
    overlap: key.revokedAtMs === null ? viewOverlap(context, key.id, secrets) : null,
    expiryGraceMs: key.expiryGraceMs,
    rotateEveryMs: key.rotateEveryMs,
    rotationDueAt: moment(
      key.rotateEveryMs === null || key.revokedAtMs !== null ? null : current.createdAtMs + key.rotateEveryMs,
    ),
    secrets: secrets.map((secret) => viewSecret(context, { keyId: key.id, secret, current: currentNumber })),
    suspension: viewSuspension(key),
    revocation: viewRevocation(key, context.nowMs),
    updatedAt: key.updatedAtMs,
  };
}

/** A row of the keys list. */
export function viewSummary(context: UseCaseContext, row: Omit<KeyListRow, 'sortValue'>): KeySummary {
  const secrets: SecretVersion[] = [{ version: row.version, endsAtMs: null }];
  if (row.retiringEndsAtMs !== null) {
    secrets.push({ version: row.version - 1, endsAtMs: row.retiringEndsAtMs });
  }
  return {
    keyId: row.id,
    name: row.name,
    hint:
      row.isImported === 1
        ? importedHintText(row.last4)
        : keyHintText({ ...row, slug: row.textSlug, keyId: row.id }),
    environment: row.environment,
    status: keyStatus(row, secrets, context.nowMs),
    applicationId: row.applicationId,
    applicationName: row.applicationName,
    applicationSlug: row.applicationSlug,
    partnerId: row.partnerId,
    partnerName: row.partnerName,
    scopeNames: row.scopeNames,
    createdAt: row.createdAtMs,
    expiresAt: row.expiresAtMs,
    graceEndsAt: row.expiryGraceMs === null ? null : moment(keyEndsAt(row)),
    lastUsedAt: context.db.lastUsed.keyAt(row.id),
    // A revoked key has no live secret, so no overlap either; a restore brings it back.
    overlapEndsAt: row.revokedAtMs === null ? row.retiringEndsAtMs : null,
    tags: row.tags,
  };
}

function viewSecret(
  context: UseCaseContext,
  { keyId, secret, current }: { keyId: KeyId; secret: StoredSecret; current: number },
): Secret {
  return {
    version: secret.version,
    state: secretState({ endsAtMs: secret.endsAtMs, isCurrent: secret.version === current }, context.nowMs),
    last4: secret.last4,
    fingerprint: secret.fingerprint,
    createdAt: secret.createdAtMs,
    endsAt: secret.endsAtMs,
    lastUsedAt: context.db.lastUsed.secretAt(keyId, secret.version),
  };
}

function viewTemplate(context: UseCaseContext, key: StoredKey): Key['template'] {
  if (key.templateId === null) return null;
  const { name, policy } = must(
    context.db.templates.getPolicy(key.templateId),
    'the template of a key is there',
  );
  const scopeIds = key.scopes.map((scope) => scope.id);
  return { id: key.templateId, name, drift: policyDrift({ ...key, scopeIds }, policy) };
}

function viewSuspension(key: StoredKey): Key['suspension'] {
  if (key.suspendedAtMs === null) return null;
  return { reason: key.suspendReason ?? '', message: key.suspendMessage, at: key.suspendedAtMs };
}

function viewRevocation(key: StoredKey, nowMs: number): Key['revocation'] {
  if (key.revokedAtMs === null) return null;
  const reason = must(key.revokeReason, 'a revoked key has a reason');
  return {
    reason,
    note: key.revokeNote,
    at: key.revokedAtMs,
    restorableUntil: moment(restorableUntil({ revokedAtMs: key.revokedAtMs, reason }, nowMs)),
  };
}

function moment(atMs: number | null): TimestampMs | null {
  return atMs === null ? null : timestampMs.parse(atMs);
}
