/** How long other work of this thread may wait for one turn: less than a verification is noticed to take longer. */
const TURN_MS = 2;

/** Cuts long work on the thread that verifies into short turns. */
export class TurnTaker {
  readonly #monotonicMs: () => number;
  #startedMs: number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#startedMs = monotonicMs();
  }

  /** Resolves at once while the turn has time left, and otherwise when whatever came meanwhile was done. */
  giveWay(): Promise<void> | undefined {
    if (this.#monotonicMs() - this.#startedMs < TURN_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#startedMs = this.#monotonicMs();
        resolve();
      });
    });
  }
}
