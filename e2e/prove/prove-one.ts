import { casesOf } from './load-cases.ts';
import type { ApartOptions } from './prove-apart.ts';
import { proveCase } from './prove-case.ts';
import { builtProgram, type Program } from './program.ts';

/** The process of one case: sends its proof to its parent and ends with 0; with 1 when a promise of it was left behind and broke. */
const { id, file, amount, limitMs } = JSON.parse(process.argv[2] ?? '{}') as ApartOptions;
let strayErrors = 0;
// Of a copy with a planted fault, say.
process.on('unhandledRejection', (error) => {
  strayErrors += 1;
  process.stderr.write(`STRAY ERROR of ${id}: ${String(error)}\n`);
});
const one = (await casesOf(file)).find((each) => each.id === id);
if (one === undefined) throw new Error(`cases/${file} has no ${id}.`);
let built: Program | null = null;
const proof = await proveCase(one, {
  program: () => (built ??= builtProgram()),
  amount,
  limitMs,
  say: (text) => process.stderr.write(`${text}\n`),
});
const isSound = strayErrors === 0;
process.send?.(
  isSound ? proof : { ...proof, holds: false, reached: `${proof.reached}; stray errors` },
  () => {
    process.exit(isSound ? 0 : 1);
  },
);
