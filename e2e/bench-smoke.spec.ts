import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from './fixtures.ts';

const BENCH = resolve(import.meta.dirname, 'bench/bench.ts');
const IDS = ['P1', 'P3', 'P10'];

interface Row {
  readonly id: string;
  /** null = was not a finite number, which JSON has no word for. */
  readonly value: number | null;
  readonly holds: boolean | null;
}

test('the benchmark runs and judges what it measured, whatever this machine makes of it', async ({
  folder,
}) => {
  const json = join(folder, 'figures.json');
  // Rejects unless it ends with 0.
  const { stdout } = await promisify(execFile)(process.execPath, [
    BENCH,
    ...['--smoke', '--only', IDS.join(','), '--json', json],
  ]);
  const { figures } = JSON.parse(await readFile(json, 'utf8')) as { figures: readonly Row[] };
  expect(figures.filter(({ value }) => value === null)).toEqual([]);
  for (const id of IDS) {
    const judged = figures.filter((figure) => figure.id === id && figure.holds !== null);
    expect(judged, id).not.toEqual([]);
    expect(stdout).toMatch(new RegExp(`^\\| ${id} .*\\| (yes|NO ) *\\|`, 'm'));
  }
  expect(stdout).toMatch(/^\| id .*\| measured .*\| target .*\| met .*\|/m);
});
