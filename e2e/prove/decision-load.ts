import type { RunningProgram } from './start-program.ts';
import type { Connections } from './whole-answer.ts';

/** Who asks with what. */
export interface DecisionLoad {
  readonly serviceToken: string;
  readonly secret: string;
  readonly lanes: number;
  readonly connections: Connections;
  readonly isOver?: () => boolean;
}

/** What was answered: ids of decisions, and answers that were not a grant. */
export interface DecisionResult {
  readonly answered: readonly string[];
  readonly refused: readonly string[];
  /** Of each answer, in the order of their arrival. */
  readonly tookMs: readonly number[];
}

/** Verifies the key over HTTP without a pause, until no answer comes any more or `isOver` says so. */
export async function loadWithDecisions(
  { service }: Pick<RunningProgram, 'service'>,
  { serviceToken, secret, lanes, connections, isOver = () => false }: DecisionLoad,
): Promise<DecisionResult> {
  const answered: string[] = [];
  const refused: string[] = [];
  const tookMs: number[] = [];
  const lane = async (number: number): Promise<void> => {
    for (let turn = 0; !isOver(); turn += 1) {
      const path = `/inventory/${String(number)}-${String(turn)}`;
      const askedAt = performance.now();
      const answer = await connections.post(`${service}/v1/verify`, serviceToken, {
        key: secret,
        method: 'GET',
        path,
      });
      if (answer === null) return;
      tookMs.push(performance.now() - askedAt);
      const { requestId, code } = answer.body as { requestId?: string; code?: string };
      if (requestId !== undefined && answer.status === 200) answered.push(requestId);
      if (code !== 'VALID') refused.push(`${String(answer.status)} ${String(code)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  return { answered, refused, tookMs };
}

/** The value below which that share of them lies; 0 without any. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
