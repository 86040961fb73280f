import { createClock } from '#main/platform/clock.ts';

/** How long a search may go on. */
export interface SearchBudget {
  /** Its time is up or somebody stopped it: answer with what is there. */
  readonly isSpent: () => boolean;
}

/** For searches that go on to their end. */
export const ENDLESS: SearchBudget = { isSpent: () => false };

/** Searches that can be stopped, by the names that their callers gave them. */
export class RunningSearches {
  readonly #running = new Map<string, { isStopped: boolean }>();

  /** Runs a search with the time it may take; undefined = as long as it needs. */
  async run<T>(
    {
      searchId,
      budgetMs,
    }: { readonly searchId?: string | undefined; readonly budgetMs?: number | undefined },
    search: (budget: SearchBudget) => Promise<T>,
  ): Promise<T> {
    const { monotonicMs } = createClock();
    const endMs = budgetMs === undefined ? Number.POSITIVE_INFINITY : monotonicMs() + budgetMs;
    const state = { isStopped: false };
    if (searchId !== undefined) this.#running.set(searchId, state);
    try {
      return await search({ isSpent: () => state.isStopped || monotonicMs() >= endMs });
    } finally {
      if (searchId !== undefined && this.#running.get(searchId) === state) this.#running.delete(searchId);
    }
  }

  /** The search answers after its present stretch of the log; nothing happens when there is none of this name. */
  stop(searchId: string): void {
    const state = this.#running.get(searchId);
    if (state !== undefined) state.isStopped = true;
  }
}
