/** How often the event loop is asked. */
const EVERY_MS = 50;

/** Tells `sample` again and again how much later than planned the event loop came to it, ms. Returns how to stop. Keeps no
 *  process alive. */
export function watchLag(monotonicMs: () => number, sample: (lagMs: number) => void): () => void {
  let lastMs = monotonicMs();
  const timer = setInterval(() => {
    const nowMs = monotonicMs();
    sample(Math.max(0, nowMs - lastMs - EVERY_MS));
    lastMs = nowMs;
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
