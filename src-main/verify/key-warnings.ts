import type { Warning } from '#contract/verify.ts';
import { brownoutAt, nextBrownout } from '#main/domain/brownout.ts';
import { isInGrace } from '#main/domain/key-status.ts';
import { momentText } from '#main/domain/verification.ts';
import { GRACE_MARK, OBSERVED_MARK } from '#main/requests/decision-row.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';

/** A key that ends within this time warns … */
const NEAR_EXPIRY_MS = 14 * 86_400_000;
/** … a key with a short life only in the last fifth of it. */
const NEAR_EXPIRY_SHARE = 0.2;

const NONE: readonly Warning[] = [];

/** What the state of the key and its observed bindings say to its owners although the request was answered. */
export function keyWarnings(
  { nowMs, observed, presented }: Attempt,
  row: VerifyRow | null,
): readonly Warning[] {
  if (row === null) return NONE;
  if (row.expiresAtMs === null && row.secretEndsAtMs === null && observed.length === 0) return NONE;
  const warnings: Warning[] = observed.map(({ code, refusal }) => ({
    code,
    message: `${refusal.message} The bindings of this key are only observed, so it passed.`,
  }));
  const { createdAtMs, expiresAtMs, secretEndsAtMs } = row;
  // A token ends soon by nature.
  const endsAtMs = presented.kind === 'token' ? null : expiresAtMs;
  if (endsAtMs !== null && isInGrace(row, nowMs)) {
    warnings.push({ code: 'KEY_IN_GRACE', message: graceText(row, endsAtMs) });
  } else if (endsAtMs !== null && isNear(endsAtMs - nowMs, endsAtMs - createdAtMs)) {
    warnings.push({
      code: 'KEY_EXPIRES_SOON',
      message: `This API key expires on ${momentText(endsAtMs)}.`,
    });
  }
  if (secretEndsAtMs !== null && secretEndsAtMs > nowMs) {
    const message = `This secret was replaced and ends on ${momentText(secretEndsAtMs)}. Use the newer one.`;
    warnings.push({ code: 'SECRET_ENDS_SOON', message: message + brownoutText(row, secretEndsAtMs, nowMs) });
  }
  return warnings;
}

/** That a key has expired and still passes, and until when. */
export function graceText(row: VerifyRow, expiredAtMs: number): string {
  const until = momentText(expiredAtMs + (row.expiryGraceMs ?? 0));
  return `This API key expired on ${momentText(expiredAtMs)}. It is in its grace and passes until ${until}.`;
}

/** Announces the next short time in which the secret is refused on trial. */
function brownoutText(row: VerifyRow, endsAtMs: number, nowMs: number): string {
  if (row.brownoutEveryMs === null) return '';
  const next = nextBrownout(row, nowMs);
  if (next === null || next.fromMs >= endsAtMs) return '';
  return ` It is refused on trial from ${momentText(next.fromMs)} to ${momentText(next.toMs)}.`;
}

/** Is the secret an old one that is refused on trial at this moment? */
export function isOnTrial(row: VerifyRow, nowMs: number): boolean {
  if (row.revokedAtMs !== null || row.secretEndsAtMs === null || nowMs >= row.secretEndsAtMs) return false;
  return brownoutAt(row, nowMs) !== null;
}

/** What the log says although the request passed: of a key in its grace `Grace: …`, of observed bindings `Observed: …`; null when there is
 *  nothing. Observed bindings come last. */
export function notedText({ nowMs, observed }: Attempt, row: VerifyRow | null): string | null {
  const grace =
    row !== null && row.expiresAtMs !== null && isInGrace(row, nowMs)
      ? `${GRACE_MARK}${graceText(row, row.expiresAtMs)}`
      : null;
  if (observed.length === 0) return grace;
  const whys = observed.map(({ refusal }) => refusal.detail ?? refusal.message);
  const bindings = `${OBSERVED_MARK}${whys.join(' ')}`;
  return grace === null ? bindings : `${grace} ${bindings}`;
}

function isNear(leftMs: number, lifeMs: number): boolean {
  return leftMs > 0 && leftMs <= Math.min(NEAR_EXPIRY_MS, lifeMs * NEAR_EXPIRY_SHARE);
}
