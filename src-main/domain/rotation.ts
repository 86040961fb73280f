import type { ErrorCode } from '#contract/errors.ts';
import { OVERLAP_MS_MAX } from '#contract/keys.ts';
import { currentVersion, hasExpired, keyEndsAt, newestVersion, retiringSecret } from './key-status.ts';
import type { KeyState, SecretVersion } from './key-status.ts';

/** A secret as a plan needs it: also when it was made. */
export interface PlannedSecret extends SecretVersion {
  readonly createdAtMs: number;
}

/** What a plan looks at. Times in ms UTC. */
export interface RotationFacts {
  readonly key: KeyState;
  readonly secrets: readonly PlannedSecret[];
  readonly nowMs: number;
}

/** A secret and the moment from which it is refused. */
export interface SecretEnd {
  readonly version: number;
  readonly endsAtMs: number;
}

/** A plan to carry out, or why there is none; `message` says what to do instead. */
export type Planned<Plan, Code extends ErrorCode> =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly code: Code; readonly message: string };

/** A new secret at once, the former one until the overlap ends; never beyond the key's end, never a third live secret.
 *  `overlapMs` from 0 (ends at once) to OVERLAP_MS_MAX; more is cut. A suspended key can be rotated and stays suspended. */
export function planRotation(
  facts: RotationFacts & { readonly overlapMs: number },
): Planned<
  { readonly newVersion: number; readonly retiring: SecretEnd },
  'WRONG_STATUS' | 'ROTATION_IN_PROGRESS'
> {
  const { key, secrets, nowMs } = facts;
  if (key.revokedAtMs !== null) {
    return refusal('WRONG_STATUS', 'This key is revoked. Create a new key instead.');
  }
  if (hasExpired(key, nowMs)) {
    return refusal('WRONG_STATUS', 'This key has expired. Give it a later expiry first, then rotate it.');
  }
  if (retiringSecret(secrets, nowMs) !== null) {
    return refusal(
      'ROTATION_IN_PROGRESS',
      'Two secrets of this key are live. End the overlap of the old one first, then rotate again.',
    );
  }
  const version = currentVersion(secrets);
  const overlapMs = Math.min(Math.max(0, facts.overlapMs), OVERLAP_MS_MAX);
  const endsAtMs = noLaterThanEnd(nowMs + overlapMs, key);
  return { ok: true, plan: { newVersion: newestVersion(secrets) + 1, retiring: { version, endsAtMs } } };
}

/** The old secret of a rotation ends now. */
export function planEndOverlap(facts: RotationFacts): Planned<SecretEnd, 'NO_ROTATION_IN_PROGRESS'> {
  const retiring = retiringSecret(facts.secrets, facts.nowMs);
  if (retiring === null || facts.key.revokedAtMs !== null) return noRotation();
  return { ok: true, plan: { version: retiring.version, endsAtMs: facts.nowMs } };
}

/** The old secret of a rotation ends at another moment: in the future, at most OVERLAP_MS_MAX after the rotation; the key's
 *  end cuts it. */
export function planExtendOverlap(
  facts: RotationFacts & { readonly endsAtMs: number },
): Planned<SecretEnd, 'NO_ROTATION_IN_PROGRESS' | 'INVALID_INPUT'> {
  const { key, secrets, nowMs } = facts;
  const retiring = retiringSecret(secrets, nowMs);
  if (retiring === null || key.revokedAtMs !== null) return noRotation();
  if (facts.endsAtMs <= nowMs) {
    return refusal('INVALID_INPUT', 'The overlap must end in the future. To end it now, end the overlap.');
  }
  const current = currentVersion(secrets);
  const rotatedAtMs = secrets.find((secret) => secret.version === current)?.createdAtMs ?? nowMs;
  if (facts.endsAtMs > rotatedAtMs + OVERLAP_MS_MAX) {
    const days = String(OVERLAP_MS_MAX / 86_400_000);
    return refusal('INVALID_INPUT', `An overlap lasts at most ${days} days from the rotation.`);
  }
  const endsAtMs = noLaterThanEnd(facts.endsAtMs, key);
  return { ok: true, plan: { version: retiring.version, endsAtMs } };
}

/** The old secret becomes the current one again, and the one that should have replaced it ends now. Only while the old one
 *  lives: an ended secret never comes back here (after a time in which the program was off, `reprieve-overlaps` may have moved its end). */
export function planUndoRotation(
  facts: RotationFacts,
): Planned<{ readonly restoredVersion: number; readonly withdrawn: SecretEnd }, 'NO_ROTATION_IN_PROGRESS'> {
  const retiring = retiringSecret(facts.secrets, facts.nowMs);
  if (retiring === null || facts.key.revokedAtMs !== null) return noRotation();
  const withdrawn = { version: currentVersion(facts.secrets), endsAtMs: facts.nowMs };
  return { ok: true, plan: { restoredVersion: retiring.version, withdrawn } };
}

/** When the old secret ends by itself, if nobody uses it after `quietSinceMs`; null without such a rule. */
export function idleEndsAt(
  rule: { readonly idleEndMs: number | null; readonly idleNotBeforeMs: number | null },
  quietSinceMs: number,
): number | null {
  if (rule.idleEndMs === null) return null;
  return Math.max(quietSinceMs + rule.idleEndMs, rule.idleNotBeforeMs ?? 0);
}

function noLaterThanEnd(atMs: number, key: KeyState): number {
  return Math.min(atMs, keyEndsAt(key) ?? atMs);
}

function noRotation(): {
  readonly ok: false;
  readonly code: 'NO_ROTATION_IN_PROGRESS';
  readonly message: string;
} {
  return refusal('NO_ROTATION_IN_PROGRESS', 'This key has only one live secret: no overlap is in progress.');
}

function refusal<Code extends ErrorCode>(
  code: Code,
  message: string,
): { readonly ok: false; readonly code: Code; readonly message: string } {
  return { ok: false, code, message };
}
