// Everything that says whether this clone is sound: set-up, checks, unit and integration tests, build, end-to-end tests.
// The last line is "N passed, N failed".
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findElectron } from './electron-binary.mjs';
import { nodeMajor, productNode, projectRoot } from './places.mjs';
import { runCommand, seconds } from './run-command.mjs';
import { buildWhenStale, installWhenNeeded } from './set-up.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { failedFiles, failedTests, playwrightCounts, playwrightTests, vitestCounts } from './test-counts.mjs';

const say = (text) => process.stdout.write(`${text}\n`);
const startedMs = Date.now();
const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const counts = [];
/** Names of the tests that failed, and of those that passed only when they ran once more. */
const failures = [];
const unsteady = [];
/** More broken files than this are no accident of a busy machine. */
const SECOND_TRY_FILES_MAX = 5;

try {
  await runAll();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  counts.push({ name: 'test run', passed: 0, failed: 1, skipped: 0 });
} finally {
  rmSync(reports, { recursive: true, force: true });
}
finish();

async function runAll() {
  if (nodeMajor() < 20)
    throw new Error(`The tests need Node 20 or later to install; this is ${process.version}.`);
  if (!(await installWhenNeeded(say))) throw new Error('Set-up failed.');
  if (productNode() === null) throw new Error(`The tests need Node 24; this is ${process.version}.`);
  const hasSystemPackages = await installSystemPackages(say);

  heading('Build');
  const isBuilt = await buildWhenStale(say);
  counts.push({ name: 'build', passed: isBuilt ? 1 : 0, failed: isBuilt ? 0 : 1, skipped: 0 });

  const checks = checkBeside();
  heading('Unit and integration tests');
  counts.push({ name: 'unit and integration', ...(await runVitest(isBuilt)) });

  heading('End-to-end tests');
  counts.push({
    name: 'end to end',
    ...(isBuilt && hasSystemPackages ? await runPlaywright() : { passed: 0, failed: 1, skipped: 0 }),
  });

  const { passed, failed, lines } = await checks;
  heading('Checks');
  for (const line of lines) say(line);
  counts.push({ name: 'checks', passed, failed, skipped: 0 });
}

/** The tests wait for servers and pages a fifth of their time: the checks live on that. What they say is told after the tests, but
 *  for the name of a step that failed. */
async function checkBeside() {
  const { runChecks } = await import('./check.mjs');
  const lines = [];
  const keep = (line) => {
    lines.push(line);
    if (line.startsWith('FAILED')) say(`${line}: more after the tests`);
  };
  return { ...(await runChecks(keep, 19)), lines };
}

/** Files with a failure run once more, alone: what then passes was hit by the load of a busy machine. It counts as passed,
 *  and the last lines name it, so that a test that does this twice is mended. Servers and threads that tests start are the built ones,
 *  where there are any. */
async function runVitest(isBuilt) {
  const env = isBuilt ? { LATCHKEY_OUT_DIR: join(projectRoot, 'out') } : {};
  const first = await vitest('vitest.json', env, []);
  const counts = vitestCounts(first.report, first.code);
  const files = failedFiles(first.report);
  if (counts.failed === 0 || files.length === 0 || files.length > SECOND_TRY_FILES_MAX) {
    failures.push(...failedTests(first.report));
    return counts;
  }
  heading(`Once more, one at a time: ${String(files.length)} with a failure`);
  const second = await vitest('vitest-again.json', env, ['--maxWorkers=1', ...files]);
  const again = vitestCounts(second.report, second.code);
  failures.push(...failedTests(second.report));
  if (again.failed > 0) return { ...counts, failed: again.failed };
  unsteady.push(...failedTests(first.report));
  return { ...counts, passed: counts.passed + counts.failed, failed: 0 };
}

async function vitest(reportName, env, args) {
  const file = join(reports, reportName);
  const { code } = await runCommand(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    { show: true, env },
  );
  return { code, report: readReport(file) };
}

async function runPlaywright() {
  say(
    findElectron() === null
      ? 'Desktop tests run on the STAND-IN for Electron: no Electron binary is installed, so real Electron is not tested here.'
      : 'Desktop tests run on the REAL Electron binary that is installed.',
  );
  const report = join(reports, 'playwright.json');
  const test = ['playwright', 'test', '--reporter=list,json'];
  const needsDisplay = process.platform === 'linux' && !process.env.DISPLAY;
  const [command, ...args] = needsDisplay
    ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1200x24', ...test]
    : test;
  const result = await runCommand(command, args, {
    show: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  const found = readReport(report);
  const tests = playwrightTests(found);
  failures.push(...tests.failed);
  unsteady.push(...tests.unsteady);
  return playwrightCounts(found, result.code);
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

function heading(text) {
  say(`\n═══ ${text} ═══`);
}

function finish() {
  say('');
  for (const { name, passed, failed, skipped } of counts) {
    say(`${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
  for (const name of unsteady) say(`passed only at the second try: ${name}`);
  for (const name of failures) say(`FAILED: ${name}`);
  const sum = (field) => counts.reduce((total, item) => total + item[field], 0);
  say(`All of it took ${seconds(Date.now() - startedMs)}.`);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
