// Every check that needs no running product: types, lint, formatting, import directions, unused code.
// One line a step; what the failed ones had to say comes after.
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { runCommand, seconds } from './run-command.mjs';

/** The native compiler takes a tenth of the time of the one in JavaScript, which lint needs and takes its types from. */
const tsc = (name, project) => ({ name: `types: ${name}`, command: 'tsgo', args: ['-p', project] });
/** Lint is half of all the work: as two processes it fills two processors. */
const lint = (name, ...args) => ({ name: `lint: ${name}`, command: 'eslint', args });

/** The steps in the order in which they start: the slowest first, so that two processors end together. */
export const CHECK_STEPS = [
  lint('screens', 'src-renderer'),
  lint('all else', '.', '--ignore-pattern', 'src-renderer/**'),
  tsc('renderer', 'src-renderer'),
  tsc('renderer tests', 'src-renderer/tsconfig.test.json'),
  tsc('main', 'src-main'),
  tsc('end-to-end', 'e2e'),
  tsc('tool configuration', '.'),
  tsc('scripts', 'resources'),
  tsc('domain, without Node', 'src-main/domain'),
  tsc('contract, without Node', 'src-main/contract'),
  { name: 'formatting', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  {
    name: 'import directions',
    command: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'src-main', 'src-renderer', 'e2e', 'resources'],
  },
  { name: 'unused files, exports and packages', command: 'knip', args: ['--no-progress'] },
];

/** Runs every step, at most two at a time. Answers how many passed and failed, and says the output of those that failed.
 *  `niceness` is that of `runCommand`. */
export async function runChecks(say, niceness = 0) {
  const waiting = [...CHECK_STEPS];
  const failures = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const result = await runCommand(step.command, step.args, { niceness });
      const hasPassed = result.code === 0;
      say(`${hasPassed ? 'ok    ' : 'FAILED'} ${step.name} (${seconds(result.ms)})`);
      if (hasPassed && /\bwarning\b/.test(result.output)) say(result.output.trimEnd());
      if (!hasPassed) failures.push({ name: step.name, output: result.output.trimEnd() });
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  for (const { name, output } of failures) say(`\n── ${name} ──\n${output}`);
  return { passed: CHECK_STEPS.length - failures.length, failed: failures.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await runChecks((text) => process.stdout.write(`${text}\n`));
  process.stdout.write(`\n${passed} checks passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
