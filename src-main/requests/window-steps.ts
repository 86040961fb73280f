/** Steps into which a window is cut on disk. */
const STEPS = 60;

/** When a cost admitted at atMs has left its window, as the log keeps it: in steps of a sixtieth of the window, never too early
 *  and at most one step too late. */
export function windowLeavesAtMs(atMs: number, windowMs: number): number {
  const stepMs = Math.ceil(windowMs / STEPS);
  return (Math.floor(atMs / stepMs) + 1) * stepMs + windowMs;
}
