/** Does dear tasks in their order, one in each turn of the event loop. What is quick passes between them, and so do new connections:
 *  of those only one is taken in a turn, so that long turns keep strangers waiting for seconds. */
export class OneATurn {
  readonly #waitingMax: number;
  readonly #waiting = new Set<() => void>();

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** false when as many as may wait already; then the task is not done. A task must not throw. */
  add(task: () => void): boolean {
    if (this.#waiting.size >= this.#waitingMax) return false;
    // A Set keeps the order and gives up its first in no time; each task is a function of its own.
    this.#waiting.add(task);
    if (this.#waiting.size === 1) setImmediate(this.#doNext);
    return true;
  }

  readonly #doNext = (): void => {
    for (const task of this.#waiting) {
      this.#waiting.delete(task);
      if (this.#waiting.size > 0) setImmediate(this.#doNext);
      task();
      return;
    }
  };
}
