import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, Workbench } from './case.ts';
import { plantFaults, sourceProgram, type SourceFault } from './program.ts';

/** Runs one unit test by its name, in the sources as they are or in a whole copy of them with a planted fault. */
export function runUnitTest(
  work: Workbench,
  file: string,
  name: string,
  faults: readonly SourceFault[],
): Figure {
  const { root } = sourceProgram();
  const report = join(mkdtempSync(join(work.directory, 'report-')), 'report.json');
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const place = faults.length === 0 ? root : wholeCopy(work, root, faults);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', file, '-t', pattern, '--reporter=json', `--outputFile=${report}`];
  const run = spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8', timeout: 240_000 });
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  const { numPassedTests: passed, numFailedTests: failed } = counts;
  if (passed + failed !== 1)
    throw new Error(`${file} has ${String(passed + failed)} tests "${name}". ${run.stderr}`);
  return { reached: failed === 0 ? 'its test passes' : 'its test fails', holds: failed === 0 };
}

function wholeCopy(work: Workbench, root: string, faults: readonly SourceFault[]): string {
  const directory = mkdtempSync(join(work.directory, 'whole-'));
  cpSync(join(root, 'src-main'), join(directory, 'src-main'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  for (const file of ['package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, file), join(directory, file));
  for (const linked of ['node_modules', 'resources', 'e2e'])
    symlinkSync(join(root, linked), join(directory, linked));
  plantFaults(directory, faults);
  return directory;
}
