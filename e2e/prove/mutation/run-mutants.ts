import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { instrument } from './instrument.ts';
import { runTests, testCount } from './test-shim.ts';

/** Runs in a process of its own: `SOURCE FIRST TEST…` runs the tests with each mutant of the source from number FIRST on, and writes a
 *  line of JSON about each before and after. `- 0 TEST…` runs the tests once. */
const [source = '', first = '0', ...tests] = process.argv.slice(2);
const shim = pathToFileURL(new URL('test-shim.ts', import.meta.url).pathname).href;
const planted = source === '-' ? null : instrument(readFileSync(source, 'utf8'));
const sourceUrl = pathToFileURL(source).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' ? { url: shim, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => {
    if (planted === null || url !== sourceUrl) return next(url, context);
    return { format: 'module', source: stripTypeScriptTypes(planted.text), shortCircuit: true };
  },
});

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const world = globalThis as { mutant?: number };
world.mutant = 0;
for (const test of tests) await import(pathToFileURL(test).href);
const before = await runTests();
say({ event: 'ready', tests: testCount(), failure: before?.stack ?? null, mutants: planted?.mutants ?? [] });
if (before === null && planted !== null) {
  for (const mutant of planted.mutants.slice(Math.max(0, Number(first) - 1))) {
    say({ event: 'start', id: mutant.id });
    world.mutant = mutant.id;
    const failure = await runTests();
    world.mutant = 0;
    say({ event: 'end', id: mutant.id, isKilled: failure !== null });
  }
}
say({ event: 'done', file: fileURLToPath(import.meta.url) });
process.exit(0);
