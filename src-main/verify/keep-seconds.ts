import type { VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import { nextBrownout } from '#main/domain/brownout.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';

/** How long the service may keep the answer that a request may pass, in whole seconds; 0 = not at all, which is all there is to it
 *  unless somebody permits more. Never beyond a moment at which the same question gets another answer by itself. Not for what must be
 *  seen each time: limits are counted, signatures work once, hours begin and end. Not for dry runs, which decide nothing. */
export function keepSeconds(
  { valid }: Pick<VerifyResponse, 'valid'>,
  service: Pick<ServiceRef, 'keepLiveSeconds' | 'keepTestSeconds'>,
  request: Pick<VerifyRequest, 'dryRun' | 'signature'>,
  attempt: Attempt,
): number {
  const { nowMs, row } = attempt;
  if (!valid || row === null) return 0;
  const permitted = row.environment === 'live' ? service.keepLiveSeconds : service.keepTestSeconds;
  if (permitted === 0 || request.dryRun || request.signature !== undefined) return 0;
  if (hasLimits(attempt, row) || isBoundToMoments(attempt, row)) return 0;
  const leftSeconds = Math.floor((nextChangeMs(row, nowMs) - nowMs) / 1_000);
  return Math.max(0, Math.min(permitted, leftSeconds));
}

/** Those of other endpoints count, too: they may be named in the next request. `judged` = the request brought limits of its own. */
function hasLimits({ judged }: Attempt, row: VerifyRow): boolean {
  return (
    judged !== null ||
    row.rateLimitJson !== null ||
    row.rateLimitsJson !== null ||
    row.quotaJson !== null ||
    row.childLimitJson !== null
  );
}

function isBoundToMoments({ parts: { policies } }: Attempt, row: VerifyRow): boolean {
  const { signature, time } = policies.bindings(row);
  return signature !== null || time !== null;
}

/** Infinity when nothing is due. */
function nextChangeMs(row: VerifyRow, nowMs: number): number {
  return Math.min(
    expiryMs(row, nowMs),
    row.secretEndsAtMs ?? Infinity,
    nextBrownout(row, nowMs)?.fromMs ?? Infinity,
  );
}

/** In its grace a key has its expiry behind it and the end of the grace before it. */
function expiryMs({ expiresAtMs, expiryGraceMs }: VerifyRow, nowMs: number): number {
  if (expiresAtMs === null) return Infinity;
  return nowMs < expiresAtMs ? expiresAtMs : expiresAtMs + (expiryGraceMs ?? 0);
}
