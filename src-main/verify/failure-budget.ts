/** Sources that are remembered at once; beyond it the one that failed longest ago is forgotten. */
const SOURCES_MAX = 20_000;

/** How many failures a source may have, and how fast they are forgiven. */
export interface BudgetSize {
  readonly failuresMax: number;
  readonly forgivenPerSecond: number;
}

interface Spent {
  failures: number;
  atMs: number;
}

/** Counts failed attempts by source. A failure is forgiven after a while and by nothing else: a success in between changes
 *  nothing. Times are monotonic ms. */
export class FailureBudget {
  // In the order of the last failure, because a Map keeps it: who failed longest ago comes first.
  readonly #sources = new Map<string, Spent>();

  /** How many sources are remembered. */
  get sourceCount(): number {
    return this.#sources.size;
  }

  /** Is there room for one more failure? Counts none. */
  hasRoom(source: string, nowMs: number, size: BudgetSize): boolean {
    const spent = this.#sources.get(source);
    return spent === undefined || failuresLeft(spent, nowMs, size) + 1 <= size.failuresMax;
  }

  /** Counts one more failure. null when it was still within the budget, else the ms until one more is. */
  count(source: string, nowMs: number, size: BudgetSize): number | null {
    const { failuresMax, forgivenPerSecond } = size;
    const spent = this.#sources.get(source) ?? { failures: 0, atMs: nowMs };
    const failures = failuresLeft(spent, nowMs, size);
    // What does not fit is not counted: who goes on trying is let in again as soon as who waits.
    const excess = failures + 1 - failuresMax;
    spent.failures = excess > 0 ? failures : failures + 1;
    spent.atMs = nowMs;
    this.#sources.delete(source);
    if (this.#sources.size >= SOURCES_MAX) this.#forgetOne();
    this.#sources.set(source, spent);
    return excess > 0 ? Math.ceil((excess / forgivenPerSecond) * 1_000) : null;
  }

  #forgetOne(): void {
    for (const oldest of this.#sources.keys()) {
      this.#sources.delete(oldest);
      return;
    }
  }
}

/** Of the failures of a source, those that are not forgiven yet. */
function failuresLeft({ failures, atMs }: Spent, nowMs: number, { forgivenPerSecond }: BudgetSize): number {
  return Math.max(0, failures - ((nowMs - atMs) / 1_000) * forgivenPerSecond);
}
