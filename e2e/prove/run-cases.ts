import type { LoadedCase } from './load-cases.ts';
import type { Proof } from './prove-case.ts';

/** How cases are to be run. */
export interface RunOptions {
  /** Proves one of them; it never throws. */
  readonly prove: (loaded: LoadedCase) => Promise<Proof>;
  /** All that are done so far. */
  readonly onProof: (proofs: readonly Proof[]) => void;
}

/** As many processors as the machine for which the amounts are made. */
const LANES = 2;

/** Runs those that may run beside each other first, two at a time, then one after the other. In the order of `cases`;
 *  `options.onProof` hears of each when it is done. */
export async function runCases(cases: readonly LoadedCase[], options: RunOptions): Promise<readonly Proof[]> {
  const proofs = new Map<string, Proof>();
  const done = (): readonly Proof[] => cases.flatMap(({ one }) => proofs.get(one.id) ?? []);
  const run = async (loaded: LoadedCase): Promise<void> => {
    proofs.set(loaded.one.id, await options.prove(loaded));
    options.onProof(done());
  };
  const waiting = cases.filter(({ one }) => one.isBeside === true);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const next of cases) if (!proofs.has(next.one.id)) await run(next);
  return done();
}
