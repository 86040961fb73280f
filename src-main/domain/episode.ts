/** Names that are told apart in one episode. */
export const EPISODE_NAMES_MAX = 20;

/** A time in which something came again and again. Times in ms UTC. */
export interface Episode {
  readonly startedAtMs: number;
  /** When it was last seen. */
  readonly lastAtMs: number;
  /** null while it goes on; else when it was last seen. */
  readonly endedAtMs: number | null;
  readonly count: number;
  /** How often from whom or why, of the first EPISODE_NAMES_MAX. */
  readonly by: ReadonlyMap<string, number>;
}

/** The episode after one more look: `seen` is what came since the look before. One begins with the first that comes and ends when nothing
 *  came for `quietMs`: what stops and starts again within it is the same one. */
export function followEpisode(
  former: Episode | null,
  seen: Pick<Episode, 'count' | 'by'>,
  { nowMs, quietMs }: { readonly nowMs: number; readonly quietMs: number },
): Episode | null {
  const current = former === null || former.endedAtMs !== null ? null : former;
  if (seen.count === 0) {
    const isOver = current !== null && nowMs - current.lastAtMs >= quietMs;
    return isOver ? { ...current, endedAtMs: current.lastAtMs } : former;
  }
  if (current === null) return { startedAtMs: nowMs, lastAtMs: nowMs, endedAtMs: null, ...seen };
  const by = new Map(current.by);
  for (const [name, count] of seen.by) {
    if (by.has(name) || by.size < EPISODE_NAMES_MAX) by.set(name, (by.get(name) ?? 0) + count);
  }
  return { ...current, lastAtMs: nowMs, count: current.count + seen.count, by };
}
