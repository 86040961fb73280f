import { setTimeout as wait } from 'node:timers/promises';
import type { UseCaseContext } from '#main/context.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import { judgeHabits, type KeyHealth } from './key-health.ts';

/** The parts of a board and the pages of the lists behind it see one answer. */
const KEPT_MS = 15_000;
/** Whoever does not wait for the log gives it so long: most answers are there by then. */
const AT_ONCE_MS = 250;

/** The question about the health of keys: one answer for KEPT_MS and as long as nothing is written to the key store. The log is asked
 *  once at a time. */
export class KeptHealth {
  readonly #habits: () => Promise<readonly KeyHabits[]>;
  readonly #monotonicMs: () => number;
  #kept: { readonly health: Promise<KeyHealth>; readonly revision: number; readonly atMs: number } | null =
    null;
  /** What the log told last. */
  #told: readonly KeyHabits[] | null = null;
  /** `#told`, judged by the key store as it was at `revision`. */
  #judged: {
    readonly told: readonly KeyHabits[];
    readonly revision: number;
    readonly health: KeyHealth;
  } | null = null;
  #waiting: Promise<readonly KeyHabits[]> | null = null;
  /** Settles when nothing is asked of the log. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(habits: () => Promise<readonly KeyHabits[]>, monotonicMs: () => number) {
    this.#habits = habits;
    this.#monotonicMs = monotonicMs;
  }

  /** Waits for the log. Rejects with UNAVAILABLE while it is down. */
  current(context: UseCaseContext): Promise<KeyHealth> {
    const atMs = this.#monotonicMs();
    const revision = context.db.verify.revision();
    const { revision: keptRevision, atMs: keptAtMs = 0, health: kept } = this.#kept ?? {};
    if (kept !== undefined && keptRevision === revision && atMs - keptAtMs < KEPT_MS) return kept;
    const health = this.#askLog().then((told) => this.#judge(context, told));
    const mine = { health, revision, atMs };
    this.#kept = mine;
    // The one who asks hears of the failure; the next one asks anew.
    health.catch(() => {
      if (this.#kept === mine) this.#kept = null;
    });
    return health;
  }

  /** What is known in a moment: when the log takes longer, what it told before, judged by the key store of now; null while it is read for
   *  the first time. Rejects as `current`. */
  async atOnce(context: UseCaseContext): Promise<KeyHealth | null> {
    const whenDone = new AbortController();
    const current = await Promise.race([
      this.current(context).finally(() => {
        whenDone.abort();
      }),
      wait(AT_ONCE_MS, null, { signal: whenDone.signal }).catch(() => null),
    ]);
    if (current !== null) return current;
    return this.#told === null ? null : this.#judge(context, this.#told);
  }

  /** A question that waits for its turn is asked once for all who want an answer from now on. */
  #askLog(): Promise<readonly KeyHabits[]> {
    if (this.#waiting !== null) return this.#waiting;
    const mine = this.#asked.then(async () => {
      this.#waiting = null;
      this.#told = await this.#habits();
      return this.#told;
    });
    this.#waiting = mine;
    this.#asked = mine.catch(() => null);
    return mine;
  }

  async #judge(context: UseCaseContext, told: readonly KeyHabits[]): Promise<KeyHealth> {
    const revision = context.db.verify.revision();
    if (this.#judged?.told === told && this.#judged.revision === revision) return this.#judged.health;
    const health = await judgeHabits(context, told, this.#monotonicMs);
    this.#judged = { told, revision, health };
    return health;
  }
}
