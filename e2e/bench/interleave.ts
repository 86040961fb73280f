import type { Load, Round } from './load.ts';
import { median, runLoad } from './load.ts';
import type { CaseOptions } from './cases/case.ts';

/** One of the servers that are compared. */
export interface Contestant {
  readonly name: string;
  readonly load: Load;
  /** Processes whose processor time counts. */
  readonly pids: readonly number[];
}

/** Medians over the rounds, and every round for reading. */
export interface Measured {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuUs: number;
  readonly rounds: readonly Round[];
}

const WARM_UP_SECONDS = 2;

/** Measures contestants round by round (A B C, A B C …) after a warm-up of each, so that a drift of the machine meets all of them. */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds, seconds, connections, isSmoke, say }: CaseOptions,
): Promise<ReadonlyMap<string, Measured>> {
  const measured = new Map(contestants.map(({ name }) => [name, [] as Round[]]));
  for (const { load, pids } of isSmoke ? [] : contestants) {
    await runLoad(load, { connections, seconds: WARM_UP_SECONDS, pids });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, load, pids } of contestants) {
      const result = await runLoad(load, { connections, seconds, pids });
      measured.get(name)?.push(result);
      say(`  round ${String(round + 1)}  ${name}: ${String(Math.round(result.requestsPerSecond))}/s`);
    }
  }
  return new Map([...measured].map(([name, all]) => [name, summary(all)]));
}

/** Median of the ratios pair by pair: round n of one against round n of the other. */
export function ratioOf(one: Measured | undefined, other: Measured | undefined): number {
  if (one === undefined || other === undefined) throw new Error('A contestant was not measured.');
  return median(
    one.rounds.map(
      (round, index) => round.requestsPerSecond / (other.rounds[index]?.requestsPerSecond ?? Number.NaN),
    ),
  );
}

function summary(rounds: readonly Round[]): Measured {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    requestsPerSecond: of((round) => round.requestsPerSecond),
    p50: of((round) => round.p50),
    p99: of((round) => round.p99),
    cpuUs: of((round) => round.cpuUs),
    rounds,
  };
}
