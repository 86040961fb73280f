/** How long is looked before it counts as calm. */
const LOOK_MS = 10_000;
/** A tenth of what one core decides: beside more than that, work that can wait is in the way. */
const BUSY_PER_SECOND = 1_000;
/** Then it is done all the same. */
const LATEST_MS = 3_600_000;

/** Does work that can wait once few requests come: 10 s from now, or whenever the last 10 s were calm, at the latest after an hour. `count`
 *  tells how many requests there were so far. Keeps no process alive. Returns how to call it off. */
export function whenCalm(count: () => number, work: () => void): () => void {
  let waitedMs = 0;
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const before = count();
    timer = setTimeout(() => {
      waitedMs += LOOK_MS;
      const isBusy = count() - before > (BUSY_PER_SECOND * LOOK_MS) / 1_000;
      if (isBusy && waitedMs < LATEST_MS) look();
      else work();
    }, LOOK_MS);
    timer.unref();
  };
  look();
  return () => {
    clearTimeout(timer);
  };
}
