import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { IDLE_GAP_MS_MAX } from '#contract/overlap.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { KeyId } from '#contract/ids.ts';
import { retiringSecret } from '#main/domain/key-status.ts';
import { idleEndsAt, planEndOverlap } from '#main/domain/rotation.ts';
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
const REASON = 'Nobody has used the old secret for as long as was set.';

/** What the watch works with. */
export interface IdleEndParts {
  /** A context of the program itself; takes the time. */
  readonly context: () => UseCaseContext;
  /** Are the last uses of earlier runs known yet? Until then nothing counts as idle. */
  readonly isUseKnown: () => boolean;
  /** Where is kept since when uses are known without a gap. */
  readonly file: string;
  readonly logger: Logger;
}

const record = z.object({ knownSinceMs: z.int(), aliveAtMs: z.int() });

/** Ends old secrets of rotations that nobody uses any more, where a rotation says so. Only silence that was heard counts: a stop or
 *  sleep longer than IDLE_GAP_MS_MAX, in which nobody could have called, begins the wait anew. */
export class IdleEndWatch {
  readonly #parts: IdleEndParts;
  #knownSinceMs: number | null = null;
  #aliveAtMs = 0;
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
    const knownSinceMs = this.#noteAlive(context.nowMs);
    context.db.lastUsed.knownSinceMs = knownSinceMs;
    if (!this.#parts.isUseKnown()) return;
    for (const { keyId } of context.db.secrets.listIdleEnding(context.nowMs)) endIfIdle(context, keyId);
  }

  #noteAlive(nowMs: number): number {
    if (this.#knownSinceMs === null) this.#read(nowMs);
    const gapMs = nowMs - this.#aliveAtMs;
    const isGap = gapMs > IDLE_GAP_MS_MAX || gapMs < 0;
    const knownSinceMs = isGap || this.#knownSinceMs === null ? nowMs : this.#knownSinceMs;
    this.#knownSinceMs = knownSinceMs;
    this.#aliveAtMs = nowMs;
    this.#write({ knownSinceMs, aliveAtMs: nowMs });
    return knownSinceMs;
  }

  #read(nowMs: number): void {
    const kept = record.safeParse(readJson(this.#parts.file));
    this.#knownSinceMs = kept.success ? kept.data.knownSinceMs : nowMs;
    this.#aliveAtMs = kept.success ? kept.data.aliveAtMs : 0;
  }

  /** Not synced: a lost or torn file only begins the wait anew. */
  #write(value: z.infer<typeof record>): void {
    try {
      writeFileSync(this.#parts.file, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#parts.logger.warn('Since when uses are known could not be kept.', { code: errorCode(error) });
    }
  }
}

function endIfIdle(context: UseCaseContext, keyId: KeyId): void {
  const { key, secrets } = loadKey(context, keyId);
  const retiring = retiringSecret(secrets, context.nowMs);
  if (retiring === null || key.revokedAtMs !== null) return;
  const atMs = idleEndsAt(retiring, quietSince(context, keyId, { retiring, secrets }));
  if (atMs === null || context.nowMs < atMs) return;
  setOverlapEnd(context, { action: 'keys.endOverlap', keyId, reason: REASON, plan: planEndOverlap });
}
