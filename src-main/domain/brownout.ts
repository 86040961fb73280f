/** When the old secret of a rotation is refused on trial: from `brownoutFromMs` on, once every `brownoutEveryMs`, for
 *  `brownoutLengthMs`. All three null = never. ms UTC, durations in ms. */
export interface BrownoutPlan {
  readonly brownoutFromMs: number | null;
  readonly brownoutEveryMs: number | null;
  readonly brownoutLengthMs: number | null;
}

/** From the first moment to the last, the last one not included. ms UTC. */
export interface Brownout {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The brownout that goes on at `nowMs`, else null. */
export function brownoutAt(plan: BrownoutPlan, nowMs: number): Brownout | null {
  const next = nextBrownout(plan, nowMs);
  return next !== null && next.fromMs <= nowMs ? next : null;
}

/** The brownout that goes on at `nowMs`, else the first one after it; null when there are none. */
export function nextBrownout(plan: BrownoutPlan, nowMs: number): Brownout | null {
  const { brownoutFromMs: first, brownoutEveryMs: every, brownoutLengthMs: length } = plan;
  if (first === null || every === null || length === null) return null;
  const passed = nowMs < first ? 0 : Math.floor((nowMs - first) / every);
  const fromMs = first + passed * every;
  const after = nowMs < fromMs + length ? fromMs : fromMs + every;
  return { fromMs: after, toMs: after + length };
}

/** The next brownouts that begin before `untilMs`, at most `max`, in their order; one that goes on comes first. */
export function comingBrownouts(
  plan: BrownoutPlan,
  { nowMs, untilMs, max }: { readonly nowMs: number; readonly untilMs: number; readonly max: number },
): readonly Brownout[] {
  const coming: Brownout[] = [];
  let next = nextBrownout(plan, nowMs);
  while (next !== null && next.fromMs < untilMs && coming.length < max) {
    coming.push({ fromMs: next.fromMs, toMs: Math.min(next.toMs, untilMs) });
    next = nextBrownout(plan, next.toMs);
  }
  return coming;
}
