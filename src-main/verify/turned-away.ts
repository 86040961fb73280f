import { timestampMs } from '#contract/ids.ts';
import type { TurnedAway } from '#contract/system.ts';
import { followEpisode, type Episode } from '#main/domain/episode.ts';
import type { Guard } from './guard.ts';

/** Who guesses slowly is held back only now and then: a failure a second is forgiven. */
const GUESSING_QUIET_MS = 10 * 60_000;
const LOAD_QUIET_MS = 2 * 60_000;
/** Episodes that are remembered, the newest of them. */
const EPISODES_MAX = 20;

const QUIET_MS: Readonly<Record<TurnedAway['kind'], number>> = {
  guessing: GUESSING_QUIET_MS,
  load: LOAD_QUIET_MS,
};

/** Makes episodes of what the guard turned away, by looking at its figures now and then: a verification has no part in it. In memory
 *  only, since the start. */
export class TurnedAwayWatch {
  readonly #guard: Pick<Guard, 'figures' | 'takeGuessing'>;
  readonly #nameOf: (source: string) => string;
  readonly #current: Record<TurnedAway['kind'], Episode | null> = { guessing: null, load: null };
  #former: readonly TurnedAway[] = [];
  #seen: ReturnType<Guard['figures']>;

  /** `nameOf`: a source of the guard as people call it. */
  constructor(guard: Pick<Guard, 'figures' | 'takeGuessing'>, nameOf: (source: string) => string) {
    this.#guard = guard;
    this.#nameOf = nameOf;
    this.#seen = guard.figures();
  }

  /** Looks at what came since the last look. True when an episode has begun or ended. */
  look(nowMs: number): boolean {
    const figures = this.#guard.figures();
    const { count, by } = this.#guard.takeGuessing();
    const sources = [...by].map(([source, times]) => [this.#nameOf(source), times] as const);
    const before = new Map(Object.entries(this.#seen.shed));
    const reasons = Object.entries(figures.shed)
      .map(([why, times]) => [why, times - (before.get(why) ?? 0)] as const)
      .filter(([, times]) => times > 0);
    const shed = reasons.reduce((sum, [, times]) => sum + times, 0);
    this.#seen = figures;
    const guessing = this.#follow('guessing', { count, by: new Map(sources) }, nowMs);
    const load = this.#follow('load', { count: shed, by: new Map(reasons) }, nowMs);
    return guessing || load;
  }

  /** Newest first, at most EPISODES_MAX of each kind that are over. */
  episodes(): readonly TurnedAway[] {
    const current = (['guessing', 'load'] as const).flatMap((kind) => {
      const episode = this.#current[kind];
      return episode === null ? [] : [told(kind, episode)];
    });
    return [...current, ...this.#former].sort((one, other) => other.startedAt - one.startedAt);
  }

  #follow(kind: TurnedAway['kind'], seen: Pick<Episode, 'count' | 'by'>, nowMs: number): boolean {
    const former = this.#current[kind];
    const next = followEpisode(former, seen, { nowMs, quietMs: QUIET_MS[kind] });
    this.#current[kind] = next;
    if (next === null || next === former) return false;
    if (former !== null && former.startedAtMs !== next.startedAtMs) {
      this.#former = [told(kind, former), ...this.#former].slice(0, EPISODES_MAX);
    }
    return former?.startedAtMs !== next.startedAtMs || former.endedAtMs !== next.endedAtMs;
  }
}

function told(
  kind: TurnedAway['kind'],
  { startedAtMs, lastAtMs, endedAtMs, count, by }: Episode,
): TurnedAway {
  return {
    kind,
    startedAt: timestampMs.parse(startedAtMs),
    lastAt: timestampMs.parse(lastAtMs),
    endedAt: endedAtMs === null ? null : timestampMs.parse(endedAtMs),
    count,
    by: [...by].map(([name, one]) => ({ name, count: one })).sort((one, other) => other.count - one.count),
  };
}
