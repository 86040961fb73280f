import type { VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import { nextBrownout } from '#main/domain/brownout.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';

/** For how long an answer may be kept. Times in ms UTC. */
export interface Keep {
  readonly permittedSeconds: number;
  readonly decidedAtMs: number;
  /** When the same question gets another answer by itself; Infinity when nothing is due. */
  readonly changesAtMs: number;
}

/** For how long the service may keep the answer that a request may pass; null = not at all, which is all there is to it
 *  unless somebody permits more. Never beyond a moment at which the same question gets another answer by itself. Not for what must be
 *  seen each time: limits are counted, signatures work once, hours begin and end. Not for dry runs, which decide nothing. */
export function keepOf(
  { valid }: Pick<VerifyResponse, 'valid'>,
  service: Pick<ServiceRef, 'keepLiveSeconds' | 'keepTestSeconds'>,
  request: Pick<VerifyRequest, 'dryRun' | 'signature'>,
  attempt: Attempt,
): Keep | null {
  const { nowMs, row } = attempt;
  if (!valid || row === null) return null;
  const permittedSeconds = row.environment === 'live' ? service.keepLiveSeconds : service.keepTestSeconds;
  if (permittedSeconds === 0 || request.dryRun || request.signature !== undefined) return null;
  if (hasLimits(attempt, row) || isBoundToMoments(attempt, row)) return null;
  return { permittedSeconds, decidedAtMs: nowMs, changesAtMs: nextChangeMs(row, nowMs) };
}

/** The whole seconds of it that are left when the answer is sent; 0 = it may not be kept. The answer waits for its row in the log, and
 *  who gets it counts from then on: whole seconds of waiting are taken from what is permitted, and of what is due nothing is given away. */
export function keepSeconds(keep: Keep | null, nowMs: () => number): number {
  if (keep === null) return 0;
  const { permittedSeconds, decidedAtMs, changesAtMs } = keep;
  const sentAtMs = nowMs();
  const waitedSeconds = Math.floor(Math.max(0, sentAtMs - decidedAtMs) / 1_000);
  const dueSeconds = Math.floor((changesAtMs - sentAtMs) / 1_000);
  return Math.max(0, Math.min(permittedSeconds - waitedSeconds, dueSeconds));
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
