import type { TimestampMs } from '#contract/ids.ts';
import { RESTORE_WINDOW_MS } from '#contract/restore-window.ts';
import type { KeyStatus, RevokeReason, Secret } from '#contract/keys.ts';

/** What of a key decides about its status. Times in ms UTC. */
export interface KeyState {
  readonly revokedAtMs: number | null;
  readonly suspendedAtMs: number | null;
  readonly expiresAtMs: number | null;
  /** How long it passes beyond that; null = not at all. */
  readonly expiryGraceMs: number | null;
}

/** A numbered secret of a key. Exactly one has no end: the current one. It is the newest, unless a rotation was undone. */
export interface SecretVersion {
  readonly version: number;
  readonly endsAtMs: number | null;
}

/** The one word that says how a key is. Revoked, suspended and expired go before rotating. */
export function keyStatus(key: KeyState, secrets: readonly SecretVersion[], nowMs: number): KeyStatus {
  if (key.revokedAtMs !== null) return 'revoked';
  if (key.suspendedAtMs !== null) return 'suspended';
  if (hasExpired(key, nowMs)) return 'expired';
  return overlapEndsAt(secrets, nowMs) === null ? 'active' : 'rotating';
}

/** Is the key past its expiry? It stops at that very millisecond. */
export function hasExpired(key: Expiry, nowMs: number): boolean {
  return key.expiresAtMs !== null && nowMs >= key.expiresAtMs + (key.expiryGraceMs ?? 0);
}

/** Its expiry is past, and it still passes. */
export function isInGrace(key: Expiry, nowMs: number): boolean {
  return key.expiresAtMs !== null && nowMs >= key.expiresAtMs && !hasExpired(key, nowMs);
}

/** From when on (inclusive) it is refused as expired; null = it never is. */
export function keyEndsAt(key: Expiry): number | null {
  return key.expiresAtMs === null ? null : key.expiresAtMs + (key.expiryGraceMs ?? 0);
}

type Expiry = Pick<KeyState, 'expiresAtMs' | 'expiryGraceMs'>;

/** A secret is live until its end, and not at it. */
export function secretState(
  secret: { readonly endsAtMs: number | null; readonly isCurrent: boolean },
  nowMs: number,
): Secret['state'] {
  if (secret.isCurrent) return 'current';
  return secret.endsAtMs !== null && nowMs < secret.endsAtMs ? 'retiring' : 'ended';
}

/** The secret that is retiring at `nowMs`, or null when only the current one lives. */
export function retiringSecret<S extends SecretVersion>(secrets: readonly S[], nowMs: number): S | null {
  const current = currentVersion(secrets);
  for (const secret of secrets) {
    const isCurrent = secret.version === current;
    if (secretState({ endsAtMs: secret.endsAtMs, isCurrent }, nowMs) === 'retiring') return secret;
  }
  return null;
}

/** The highest version number, 0 when there is none: the next secret gets the one after it. */
export function newestVersion(secrets: readonly SecretVersion[]): number {
  return secrets.reduce((newest, secret) => Math.max(newest, secret.version), 0);
}

/** The version without an end, 0 when there is none. */
export function currentVersion(secrets: readonly SecretVersion[]): number {
  return newestVersion(secrets.filter(({ endsAtMs }) => endsAtMs === null));
}

/** When the old secret of a rotation ends, or null when no rotation is in progress. */
export function overlapEndsAt(secrets: readonly SecretVersion[], nowMs: number): number | null {
  return retiringSecret(secrets, nowMs)?.endsAtMs ?? null;
}

/** Until when (exclusive) a revoked key can be restored; null when it cannot or no longer. A leaked key never can. */
export function restorableUntil(
  revocation: { readonly revokedAtMs: TimestampMs; readonly reason: RevokeReason },
  nowMs: number,
): number | null {
  if (revocation.reason === 'leaked') return null;
  const untilMs = revocation.revokedAtMs + RESTORE_WINDOW_MS;
  return nowMs < untilMs ? untilMs : null;
}
