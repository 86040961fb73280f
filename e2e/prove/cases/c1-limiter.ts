import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

interface Use {
  readonly atMs: number;
  readonly cost: number;
}

const EVENTS = 300;
const FILE = 'src-main/domain/rate-limit.ts';

/** Random requests against the definition: at most `limit` in any window, and nothing refused that would keep it so. */
async function bothSides(program: Program, properties: number): Promise<Figure> {
  const { SlidingWindow } = await program.load<typeof import('#main/domain/rate-limit.ts')>(FILE);
  const random = seededRandom(1);
  let over = 0;
  let tooStrict = 0;
  let falseHints = 0;
  for (let property = 0; property < properties; property += 1) {
    const rate = { limit: 1 + random.below(random.pick([3, 40])), windowMs: 1 + random.below(2_000) };
    const window = new SlidingWindow(rate);
    const admitted: Use[] = [];
    let nowMs = random.below(1_000) - 500;
    for (let event = 0; event < EVENTS; event += 1) {
      nowMs += step(random, rate.windowMs);
      const cost = random.pick([1, 1, 1, 2, 3, rate.limit]);
      const used = usedAt(admitted, nowMs, rate.windowMs);
      const fits = used + cost <= rate.limit;
      const state = window.admit(nowMs, cost);
      if (state.fits && !fits) over += 1;
      if (!state.fits && fits) tooStrict += 1;
      if (!state.fits && !isExactHint(admitted, { nowMs, cost, rate, retryAfterMs: state.retryAfterMs }))
        falseHints += 1;
      if (state.remaining !== Math.max(0, rate.limit - used - (state.fits ? cost : 0))) falseHints += 1;
      if (state.fits) admitted.push({ atMs: nowMs, cost });
    }
  }
  return {
    reached: `${String(over)} admitted above the limit, ${String(tooStrict)} refused below it, ${String(falseHints)} wrong hints, in ${properties.toLocaleString('en')} properties of ${String(EVENTS)} events`,
    holds: over === 0 && tooStrict === 0 && falseHints === 0,
  };
}

/** Often none, often exactly to an edge. */
function step(random: Random, windowMs: number): number {
  return random.pick([0, 0, 1, random.below(windowMs), random.below(50), windowMs, random.next() * 3]);
}

/** Its start excluded, its end included. */
function usedAt(admitted: readonly Use[], nowMs: number, windowMs: number): number {
  let used = 0;
  for (let index = admitted.length - 1; index >= 0; index -= 1) {
    const use = admitted[index];
    if (use === undefined || leavesInMs(use.atMs, nowMs, windowMs) <= 0) break;
    used += use.cost;
  }
  return used;
}

/** As the program writes it, so that both round alike. */
function leavesInMs(atMs: number, nowMs: number, windowMs: number): number {
  return atMs + windowMs - nowMs;
}

/** After the hint it fits, and at no earlier moment at which something leaves the window. */
function isExactHint(
  admitted: readonly Use[],
  asked: {
    readonly nowMs: number;
    readonly cost: number;
    readonly rate: { readonly limit: number; readonly windowMs: number };
    readonly retryAfterMs: number | null;
  },
): boolean {
  const { nowMs, cost, rate, retryAfterMs } = asked;
  if (retryAfterMs === null) return cost > rate.limit;
  const live = admitted.filter(({ atMs }) => leavesInMs(atMs, nowMs, rate.windowMs) > 0);
  let over = usedAt(admitted, nowMs, rate.windowMs) + cost - rate.limit;
  for (const use of live) {
    over -= use.cost;
    if (over <= 0) return retryAfterMs === leavesInMs(use.atMs, nowMs, rate.windowMs);
  }
  return false;
}

const control = (fault: string, find: string, replace: string) => ({
  fault,
  run: (work: Workbench) => bothSides(work.patched([{ file: FILE, find, replace }]), 100),
});

/** The limiter by itself. */
export const cases: readonly ProveCase[] = [
  {
    id: 'C1',
    promise: 'A rate limit never admits more than its limit in any window, and never refuses below it',
    target: '0 on both sides in 2,000 properties of 300 events',
    tier: 'T1',
    isBeside: true,
    figure: (work) => bothSides(work.program, work.count(2_000)),
    controls: [
      control('one more than the limit fits', 'cost <= remaining', 'cost <= remaining + 1'),
      control('the last of the limit is refused', 'cost <= remaining', 'cost < remaining'),
      control(
        'everything is refused',
        'const fits = cost === 0 || cost <= remaining',
        'const fits = cost === 0',
      ),
      control(
        'a window that starts anew at each full minute',
        '> 0 && this.#leavesInMs(0, nowMs) <= 0',
        '> 0 && Math.floor(nowMs / this.#rate.windowMs) > Math.floor(this.#timeAt(0) / this.#rate.windowMs)',
      ),
    ],
  },
];
