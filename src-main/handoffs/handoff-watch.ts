import { HANDOFF_REMIND_MS } from '#contract/handoffs.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { handoffStateAfter } from '#main/domain/handoff-steps.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { StoredHandoff, Visitor } from '#main/sqlite/handoff-queries.ts';
import { joinOutcomes, takeStep } from './handoff-step.ts';
import { NEVER_RECEIVED, withdrawSecret } from './replace-secret.ts';

/** How often expired and forgotten handoffs are looked for. */
const LOOK_EVERY_MS = 30_000;
const FIRST_LOOK_MS = 3_000;
/** Under traffic first uses are looked for this often. */
const USES_EVERY_MS = 1_000;

/** The first request that a secret was accepted with. */
export interface FirstUse extends Visitor {
  readonly atMs: TimestampMs;
}

/** What the watch works with. */
export interface HandoffWatchParts {
  /** A context of the program itself; takes the time. */
  readonly context: () => UseCaseContext;
  /** The first accepted request with this secret from this moment on, as the request log knows it; null = none. */
  readonly firstUse: (secret: {
    readonly keyId: KeyId;
    readonly secretVersion: number;
    readonly fromMs: TimestampMs;
  }) => Promise<FirstUse | null>;
  readonly logger: Logger;
}

/** Sees what happens to handoffs by itself: that nobody came in time, that a secret was used for the first time, and that it was not.
 *  Verification is not asked for anything: its own note of the last use of each secret tells when to look into the log. */
export class HandoffWatch {
  readonly #parts: HandoffWatchParts;
  /** Those that a first use would confirm; null = not known yet, or changed. */
  #unconfirmed: readonly StoredHandoff[] | null = null;
  #timers: readonly NodeJS.Timeout[] = [];
  #usesTimer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #confirming: Promise<void> = Promise.resolve();

  constructor(parts: HandoffWatchParts) {
    this.#parts = parts;
  }

  /** Looks soon and then now and then, keeping no process alive. */
  start(): void {
    const look = (): void => {
      this.#guarded(() => {
        this.look();
      });
      this.noticeRequests();
    };
    this.#timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#usesTimer !== null) clearTimeout(this.#usesTimer);
  }

  /** Handoffs have changed: what is known of them is read again. */
  noticeHandoffs(): void {
    this.#unconfirmed = null;
  }

  /** Requests were decided: first uses are looked for soon. */
  noticeRequests(): void {
    if (this.#usesTimer !== null) return;
    this.#usesTimer = setTimeout(() => {
      this.#usesTimer = null;
      void this.confirmUsed();
    }, USES_EVERY_MS);
    this.#usesTimer.unref();
  }

  /** Ends what has expired and asks about what was revealed long ago and not used. Throws what the store throws. */
  look(): void {
    const context = this.#parts.context();
    for (const handoff of context.db.handoffs.listOpen()) {
      if (handoffStateAfter(handoff, 'expire', context.nowMs) !== null) expire(context, handoff);
      else if (isForgotten(context, handoff)) remind(context, handoff);
    }
  }

  /** Confirms what was used since it was handed over. Never rejects. */
  confirmUsed(): Promise<void> {
    this.#confirming = this.#confirming.then(async () => {
      try {
        if (!this.#isClosed) await this.#confirmUsed();
      } catch (error) {
        if (this.#isClosed) return;
        this.#parts.logger.error(
          'First uses of handed-off secrets could not be noted; they are looked for again.',
          {
            error,
          },
        );
      }
    });
    return this.#confirming;
  }

  async #confirmUsed(): Promise<void> {
    const context = this.#parts.context();
    const waiting = (this.#unconfirmed ??= context.db.handoffs
      .listOpen()
      .filter((one) => handoffStateAfter(one, 'use', context.nowMs) !== null));
    const { lastUsed } = context.db;
    for (const one of waiting) {
      const fromMs = handedAtMs(one);
      const usedAtMs = lastUsed.secretAt(one.keyId, one.secretVersion);
      if (usedAtMs === null || usedAtMs < fromMs) continue;
      const use = await this.#parts.firstUse({ ...one, fromMs });
      if (this.#isClosed) return;
      if (use !== null) confirm(this.#parts.context(), one, use);
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.logger.error('Handoffs could not be looked through; it is tried again.', { error });
    }
  }
}

/** From when on a use can only be the recipient's. */
function handedAtMs(handoff: StoredHandoff): TimestampMs {
  return handoff.revealedAtMs ?? handoff.createdAtMs;
}

function isForgotten(context: UseCaseContext, handoff: StoredHandoff): boolean {
  return (
    handoff.state === 'revealed' &&
    handoff.isReminded === 0 &&
    context.nowMs >= handedAtMs(handoff) + HANDOFF_REMIND_MS
  );
}

function expire(context: UseCaseContext, handoff: StoredHandoff): void {
  context.command(() => {
    const expired = takeStep(context, {
      id: handoff.id,
      step: 'expire',
      event: 'expired',
      action: 'handoffs.expire',
      progress: { attention: 'unopened', endedAtMs: handoff.expiresAtMs },
    });
    if (handoff.onExpiry === 'keep') return expired;
    const withdrawn = withdrawSecret(context, handoff);
    if (withdrawn.length > 0) {
      context.db.handoffs.addEvent(handoff.id, {
        at: context.nowMs,
        kind: 'secret_withdrawn',
        actorName: null,
        address: null,
        agent: null,
        detail: NEVER_RECEIVED,
      });
    }
    return joinOutcomes(withdrawn, expired);
  });
  context.db.handoffs.forgetDeleted();
}

function remind(context: UseCaseContext, handoff: StoredHandoff): void {
  context.command(() =>
    takeStep(context, {
      id: handoff.id,
      step: null,
      event: 'reminded',
      action: 'handoffs.remind',
      progress: { attention: 'unused', isReminded: 1 },
    }),
  );
}

function confirm(context: UseCaseContext, handoff: StoredHandoff, use: FirstUse): void {
  // Withdrawn while the log was asked.
  const present = context.db.handoffs.get(handoff.id);
  if (present === null || handoffStateAfter(present, 'use', context.nowMs) === null) return;
  const isUnused = present.attention === 'unused';
  context.command(() =>
    takeStep(context, {
      id: handoff.id,
      step: 'use',
      event: 'confirmed',
      action: 'handoffs.confirm',
      progress: { endedAtMs: use.atMs, ...(isUnused ? { attention: null } : {}) },
      visitor: { address: use.address, agent: use.agent },
    }),
  );
}
