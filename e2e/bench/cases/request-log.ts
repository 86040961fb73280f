import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { atMost, type Figure } from '../figures.ts';
import { canPin, SERVER_CORE } from '../machine.ts';
import type { Case } from './case.ts';

const LOG_STORE = resolve(import.meta.dirname, '../log-store.ts');
const FEW = 1_000_000;
const MANY = 10_000_000;
/** The first rows go the way of the worker, and what they cost is measured; the others straight into the file, in half the time. */
const MEASURED_ROWS = 1_000_000;
/** As many as the targets speak of. */
const ROWS_PER_DAY = 1_430_000;
const FILL_MS_MAX = 300_000;

type Measured = Readonly<Record<string, number>>;

/** P7: the request log with ten million rows beside one million: charts, pages, size, dropping a day. */
export const requestLog: Case = async ({ isSmoke, say }) => {
  const [fewRows, manyRows] = isSmoke ? [20_000, 40_000] : [FEW, MANY];
  say(`  ${fewRows.toLocaleString('en')} rows`);
  // A whole day: what is charted must not be less because the log has fewer rows.
  const few = await measure(fewRows, fewRows);
  say(`  ${manyRows.toLocaleString('en')} rows`);
  const many = await measure(manyRows);
  const rows = `${manyRows.toLocaleString('en')} rows`;
  const of = (measured: Measured, name: string) => measured[name] ?? Number.NaN;
  const line = (what: string, name: string, unit: string, target: Figure['target']): Figure => ({
    id: 'P7',
    what: `${what}, ${rows}`,
    value: of(many, name),
    unit,
    target,
    beside: `${String(of(few, name))} with ${fewRows.toLocaleString('en')}`,
  });
  return [
    line('chart of the busiest key, 24 h by minute, p50', 'chartBusiestKeyP50Ms', 'ms', atMost(5)),
    line('chart of the busiest key, p95', 'chartBusiestKeyP95Ms', 'ms', atMost(20)),
    line(
      'that chart while 400,000 rows are in no roll-up of the file yet, p50',
      'chartUnfoldedP50Ms',
      'ms',
      atMost(5),
    ),
    {
      id: 'P7',
      what: `that chart, of the one over ${fewRows.toLocaleString('en')} rows`,
      value: of(many, 'chartBusiestKeyP50Ms') / of(few, 'chartBusiestKeyP50Ms'),
      unit: '×',
      target: atMost(1.2),
      beside: 'p50 of 25',
    },
    line('first page of the request log, p95', 'firstPageP95Ms', 'ms', atMost(50)),
    line('first page of one key, p95', 'firstPageOfKeyP95Ms', 'ms', atMost(50)),
    line('disk a row, all included', 'bytesPerRow', 'bytes', atMost(100)),
    {
      ...line('dropping a day, the longest step', 'dropDayMs', 'ms', atMost(50)),
      beside: `${of(many, 'dayRows').toLocaleString('en')} rows of that day; all steps ${String(of(many, 'dropDayTotalMs'))} ms`,
    },
    line('processor time of writing a row, roll-ups included', 'writeCpuUsPerRow', 'µs', atMost(4)),
  ];
};

async function measure(rows: number, rowsPerDay = ROWS_PER_DAY): Promise<Measured> {
  const pinned = canPin ? ['taskset', '-c', SERVER_CORE] : [];
  const [program = process.execPath, ...args] = [
    ...pinned,
    process.execPath,
    LOG_STORE,
    '--rows',
    String(rows),
    '--measured-rows',
    String(MEASURED_ROWS),
    '--rows-per-day',
    String(rowsPerDay),
    '--json',
  ];
  const { stdout } = await promisify(execFile)(program, args, { timeout: FILL_MS_MAX });
  const { figures } = JSON.parse(stdout) as { figures: Measured };
  return figures;
}
