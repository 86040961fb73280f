import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type LoadedCase, loadCases } from './load-cases.ts';
import { proofTable } from './proof-table.ts';
import { proveApart } from './prove-apart.ts';
import { isProved, type Proof } from './prove-case.ts';
import { runCases } from './run-cases.ts';

/** `npm run prove`: every promise with the figure it reaches, and with planted faults that its check must see. Loopback only; the
 *  network, disk and clock faults need Linux, root and a C compiler. Ends with 1 when a promise is not kept or a fault was not seen. */
const { values: flags } = parseArgs({
  options: {
    /** "A1,B2" or "A": cases whose id is or begins with one of these. */
    only: { type: 'string', default: '' },
    /** Few rounds: shows that the checks run. */
    quick: { type: 'boolean', default: false },
    /** With what takes up to an hour. */
    all: { type: 'boolean', default: false },
    /** Where the proofs are kept, rewritten after each. */
    json: { type: 'string', default: 'test-results/prove.json' },
    /** Where the table is kept in Markdown. */
    table: { type: 'string' },
  },
});

const limitMs = (flags.all ? 60 : 10) * 60_000;
const amount = flags.quick ? 'quick' : flags.all ? 'all' : 'full';
const startedAt = performance.now();
const proofs = await runCases(chosen(await loadCases()), {
  prove: (loaded) => proveApart(loaded, { amount, limitMs }),
  onProof: keep,
});
const misses = proofs.filter((proof) => !isProved(proof));
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(`${proofTable(proofs)}\n\n`);
// On a busy machine this says how long two quiet processors would take: half of it, and what is waited.
const computed = Math.round(proofs.reduce((sum, { processorSeconds }) => sum + (processorSeconds ?? 0), 0));
process.stdout.write(
  `${String(proofs.length - misses.length)} of ${String(proofs.length)} proved in ${String(seconds)} s, with ${String(computed)} s of processor time${
    misses.length > 0 ? `; not proved: ${misses.map(({ id }) => id).join(', ')}` : ''
  }\n`,
);
if (flags.table !== undefined) writeFileSync(flags.table, `${proofTable(proofs)}\n`);
process.exit(misses.length > 0 || proofs.length === 0 ? 1 : 0);

/** Also what is there when the run is stopped. */
function keep(done: readonly Proof[]): void {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  mkdirSync(dirname(flags.json), { recursive: true });
  writeFileSync(flags.json, `${JSON.stringify({ seconds, amount, proofs: done }, null, 2)}\n`);
}

function chosen(cases: readonly LoadedCase[]): readonly LoadedCase[] {
  const wanted = flags.only.split(',').filter((word) => word !== '');
  const isWanted = (id: string): boolean => {
    if (wanted.length === 0) return true;
    return wanted.some((word) => (/\d/.test(word) ? word === id : id.startsWith(word)));
  };
  return cases
    .filter(({ one: { id, tier } }) => isWanted(id) && (tier === 'T1' || flags.all || wanted.includes(id)))
    .sort((first, second) => first.one.id.localeCompare(second.one.id, 'en', { numeric: true }));
}
