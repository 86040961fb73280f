/** A time in which the program did not run, ms UTC. */
export interface Stop {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How much of the time since `sinceMs` nobody could have called in, ms. */
export function unheardMs(stops: readonly Stop[], sinceMs: number): number {
  return stops.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, sinceMs)), 0);
}
