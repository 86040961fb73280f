import type { PartnerId } from '#contract/ids.ts';
import { IDLE_NOTICE_DAYS, type KeyLifetime } from '#contract/key-lifetimes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { idleStep } from '#main/domain/idle-key.ts';
import { unheardMs } from '#main/domain/unheard.ts';
import { createIdleKeyQueries, type IdleCandidate } from '#main/sqlite/idle-key-queries.ts';
import { suspendKey } from './suspend-key.ts';

const DAY_MS = 86_400_000;
/** Keys of one look, some ms: verification waits meanwhile. A million of them take a working day, and days are what is counted. */
const WINDOW_KEYS = 2_000;
/** Behind every key id. */
const LAST_ID = '~';

/** What the settings say, and whose keys are samples: they are left alone. */
interface IdleRules {
  readonly lifetimes: readonly KeyLifetime[];
  readonly samplePartners: readonly PartnerId[];
}

/** Suspends keys that nobody has used for as long as the rule of their tier says, stops of the program not counted, window by window; IDLE_NOTICE_DAYS before, each is
 *  noted, and notices tell of it. As long as no tier has a rule this is a look at the settings. */
export class IdleKeySweep {
  #afterId = '';

  /** Looks at the next window. Throws what the store throws. */
  look(context: UseCaseContext, { lifetimes, samplePartners }: IdleRules): void {
    const { db, nowMs } = context;
    const queries = createIdleKeyQueries(db.handle);
    const days = idleDaysByTier(lifetimes);
    if (days.size === 0) {
      queries.forgetAll();
      return;
    }
    if (nowMs < db.lastUsed.daysKnownSinceMs) return;
    db.lastUsed.sync();
    const toId = queries.lastOf(this.#afterId, WINDOW_KEYS);
    const candidates = queries.candidates({
      ...{ afterId: this.#afterId, toId: toId ?? LAST_ID, nowMs },
      touchedBeforeMs: nowMs - (Math.min(...days.values()) - IDLE_NOTICE_DAYS) * DAY_MS,
      samplePartners,
    });
    for (const candidate of candidates) step(context, candidate, days.get(candidate.tier) ?? null);
    this.#afterId = toId ?? '';
  }
}

function idleDaysByTier(lifetimes: readonly KeyLifetime[]): ReadonlyMap<string, number> {
  return new Map(lifetimes.flatMap(({ tier, idleDays }) => (idleDays === null ? [] : [[tier, idleDays]])));
}

function step(context: UseCaseContext, candidate: IdleCandidate, idleDays: number | null): void {
  const { db, nowMs } = context;
  const { keyId, isEligible, touchedAtMs, warning } = candidate;
  const quietSinceMs = Math.max(touchedAtMs, db.lastUsed.daysKnownSinceMs);
  const unheard = unheardMs(db.lastUsed.stops, quietSinceMs);
  const next = idleStep({ isEligible, quietSinceMs, unheardMs: unheard, idleDays, warning }, nowMs);
  const queries = createIdleKeyQueries(db.handle);
  if (next.kind === 'warn') queries.warn(keyId, next.warning);
  if (next.kind === 'forget' || next.kind === 'suspend') queries.forget(keyId);
  if (next.kind !== 'suspend') return;
  const silence = `not used for ${String(idleDays)} days`;
  suspendKey(context, {
    keyId,
    reason: `Suspended by itself: it was ${silence}, as the rule of its tier says.`,
    message: `This key was ${silence} and is therefore suspended. Ask its contact to resume it.`,
  });
}
