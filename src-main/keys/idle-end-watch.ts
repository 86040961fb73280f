import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { IDLE_GAP_MS_MAX } from '#contract/overlap.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { KeyId } from '#contract/ids.ts';
import { retiringSecret } from '#main/domain/key-status.ts';
import { idleEndsAt, planEndOverlap } from '#main/domain/rotation.ts';
import type { Stop } from '#main/domain/unheard.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { Logger } from '#main/platform/logger.ts';
import { readJson } from '#main/platform/read-json.ts';
import { loadKey } from './key-view.ts';
import { quietSince } from './overlap-view.ts';
import { setOverlapEnd } from './set-overlap-end.ts';

/** How often idle secrets are looked for. An idle end may come this much late, never early. */
const LOOK_EVERY_MS = 30_000;
/** The log tells the last uses of earlier runs soon after the start, and not at it. */
const FIRST_LOOK_MS = 2_000;
/** Some years of a program that is off every night. Beyond it the time between the two oldest counts as one with them: the wait grows. */
const STOPS_MAX = 1_000;
/** The newest decisions before a kill may be in the journal only. */
const LOG_BEHIND_MS_MAX = 10 * 60_000;
const REASON = 'Nobody has used the old secret for as long as was set.';

/** What the watch works with. */
export interface IdleEndParts {
  /** A context of the program itself; takes the time. */
  readonly context: () => UseCaseContext;
  /** Are the last uses of earlier runs known yet? Until then nothing counts as idle. */
  readonly isUseKnown: () => boolean;
  /** The newest decision of earlier runs that the log knows, ms UTC; asked once uses are known. */
  readonly newestEarlierMs: () => number;
  /** Where is kept since when uses are known without a gap. */
  readonly file: string;
  readonly logger: Logger;
}

const record = z.object({
  knownSinceMs: z.int(),
  aliveAtMs: z.int(),
  /** As knownSinceMs, for days of silence. Files of former versions lack it and the next one. */
  daysKnownSinceMs: z.int().optional(),
  /** The newest use of all: a log that knows only of older ones was lost or put back. */
  newestUseMs: z.int().default(0),
  stops: z
    .array(z.object({ fromMs: z.int(), toMs: z.int() }).readonly())
    .readonly()
    .default([]),
});

/** Ends old secrets of rotations that nobody uses any more, where a rotation says so. Only silence that was heard counts: a stop or
 *  sleep longer than IDLE_GAP_MS_MAX, in which nobody could have called, begins the wait anew. Keeps those stops too, which the rule on
 *  unused keys takes off its days. */
export class IdleEndWatch {
  readonly #parts: IdleEndParts;
  #knownSinceMs: number | null = null;
  #aliveAtMs = 0;
  #daysKnownSinceMs = 0;
  #newestUseMs = 0;
  #stops: readonly Stop[] = [];
  /** Of earlier runs. */
  #newestAtStartMs = 0;
  #isLogJudged = false;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(parts: IdleEndParts) {
    this.#parts = parts;
  }

  /** Looks soon and then now and then, keeping no process alive. */
  start(): void {
    const look = (): void => {
      try {
        this.look();
      } catch (error) {
        this.#parts.logger.error('Idle secrets could not be ended; they are looked at again.', { error });
      }
    };
    this.#timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Ends what is idle at this moment. Throws what the store throws. */
  look(): void {
    const context = this.#parts.context();
    const knownSinceMs = this.#noteAlive(context);
    context.db.lastUsed.knownSinceMs = knownSinceMs;
    if (!this.#parts.isUseKnown()) return;
    context.db.lastUsed.daysKnownSinceMs = this.#daysKnownSinceMs;
    context.db.lastUsed.stops = this.#stops;
    for (const { keyId } of context.db.secrets.listIdleEnding(context.nowMs)) endIfIdle(context, keyId);
  }

  #noteAlive({ nowMs, db: { lastUsed } }: UseCaseContext): number {
    if (this.#knownSinceMs === null) this.#read(nowMs);
    const gapMs = nowMs - this.#aliveAtMs;
    const isStop = gapMs > IDLE_GAP_MS_MAX;
    const knownSinceMs = isStop || gapMs < 0 ? nowMs : (this.#knownSinceMs ?? nowMs);
    if (gapMs < 0 || this.#isLogBehind()) this.#daysKnownSinceMs = nowMs;
    if (isStop) this.#stops = joined([...this.#stops, { fromMs: this.#aliveAtMs, toMs: nowMs }]);
    this.#stops = this.#stops.filter(({ toMs }) => toMs > this.#daysKnownSinceMs);
    this.#knownSinceMs = knownSinceMs;
    this.#aliveAtMs = nowMs;
    this.#newestUseMs = Math.max(this.#newestUseMs, lastUsed.newestServiceMs());
    this.#write({
      ...{ knownSinceMs, aliveAtMs: nowMs },
      daysKnownSinceMs: this.#daysKnownSinceMs,
      newestUseMs: this.#newestUseMs,
      stops: this.#stops,
    });
    return knownSinceMs;
  }

  /** Told once: does the log know less than what was known before? */
  #isLogBehind(): boolean {
    if (this.#isLogJudged || !this.#parts.isUseKnown()) return false;
    this.#isLogJudged = true;
    return this.#parts.newestEarlierMs() < this.#newestAtStartMs - LOG_BEHIND_MS_MAX;
  }

  #read(nowMs: number): void {
    const kept = record.safeParse(readJson(this.#parts.file));
    this.#knownSinceMs = kept.success ? kept.data.knownSinceMs : nowMs;
    this.#aliveAtMs = kept.success ? kept.data.aliveAtMs : nowMs;
    this.#stops = kept.success ? kept.data.stops : [];
    this.#daysKnownSinceMs = kept.success ? (kept.data.daysKnownSinceMs ?? kept.data.knownSinceMs) : nowMs;
    this.#newestUseMs = kept.success ? kept.data.newestUseMs : 0;
    this.#newestAtStartMs = this.#newestUseMs;
  }

  /** Not synced: a lost or torn file only begins the wait anew. */
  #write(value: z.input<typeof record>): void {
    try {
      writeFileSync(this.#parts.file, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#parts.logger.warn('Since when uses are known could not be kept.', { code: errorCode(error) });
    }
  }
}

function joined(stops: readonly Stop[]): readonly Stop[] {
  const [first, second, ...later] = stops;
  if (first === undefined || second === undefined || stops.length <= STOPS_MAX) return stops;
  return [{ fromMs: first.fromMs, toMs: second.toMs }, ...later];
}

function endIfIdle(context: UseCaseContext, keyId: KeyId): void {
  const { key, secrets } = loadKey(context, keyId);
  const retiring = retiringSecret(secrets, context.nowMs);
  if (retiring === null || key.revokedAtMs !== null) return;
  const atMs = idleEndsAt(retiring, quietSince(context, keyId, { retiring, secrets }));
  if (atMs === null || context.nowMs < atMs) return;
  setOverlapEnd(context, { action: 'keys.endOverlap', keyId, reason: REASON, plan: planEndOverlap });
}
