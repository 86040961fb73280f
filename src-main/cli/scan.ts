import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { errorCode } from '#main/platform/error-code.ts';
import { CallError } from './call-admin.ts';
import { filesBelow } from './scan-folder.ts';
import { scanHistory, scanStaged } from './scan-git.ts';
import { SCAN_FORMATS, scanReport, type ScanFormat } from './scan-report.ts';
import { createFileScan, createTextScan, emptyResult, type ScanResult } from './scan-source.ts';
import { UsageError, type Terminal } from './terminal.ts';

/** Exit codes of `latchkey scan`, from the weakest to the strongest reason. */
const NOTHING = 0;
const FOUND = 1;
const UNREAD = 2;

/** `latchkey scan`: looks for keys and tokens without asking anybody. Answers the exit code: 1 when something was found, also where
 *  something else could not be read; 2 when something could not be read; else 0. Throws UsageError, CallError. */
export async function scan(args: readonly string[], terminal: Terminal): Promise<number> {
  const { format, known, paths, values } = read(args);
  const result = emptyResult();
  for (const path of paths) await scanOne(path, { ...values, terminal }, result);
  const counted = { ...result, leaks: result.leaks.filter(({ sha256 }) => !known.has(sha256)) };
  for (const { file, reason } of result.unreadable) terminal.printError(`${file}: ${reason}`);
  const report = scanReport(format, counted);
  if (values.out === undefined) terminal.print(report);
  else keep(values.out, report);
  if (counted.leaks.length > 0) return FOUND;
  return result.unreadable.length > 0 ? UNREAD : NOTHING;
}

function read(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const { staged, history } = values;
  if (staged === true && history === true) throw new UsageError('Choose --staged or --history.');
  const format = SCAN_FORMATS.find((one) => one === (values.format ?? 'text'));
  if (format === undefined) throw new UsageError(`--format is ${SCAN_FORMATS.join(', ')}.`);
  const isOfHere = staged === true || history === true;
  if (positionals.length === 0 && !isOfHere)
    throw new UsageError('Say which PATH to scan, or - for standard input.');
  const known = values.baseline === undefined ? new Set<string>() : readBaseline(values.baseline);
  const chosen: {
    format: ScanFormat;
    known: ReadonlySet<string>;
    paths: readonly string[];
    values: typeof values;
  } = { format, known, paths: positionals.length === 0 ? ['.'] : positionals, values };
  return chosen;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: text, out: text, baseline: text, staged: yes, history: yes, 'no-ignore': yes },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('.')[0] ?? ''}.` : 'Bad usage.');
  }
}

interface ScanOptions {
  readonly staged?: boolean;
  readonly history?: boolean;
  readonly 'no-ignore'?: boolean;
  readonly terminal: Terminal;
}

async function scanOne(path: string, options: ScanOptions, result: ScanResult): Promise<void> {
  if (options.staged === true) return scanStaged(path, result);
  if (options.history === true) return scanHistory(path, result);
  if (path === '-') return scanInput(options.terminal, result);
  const kind = kindOf(path);
  const readFile = createFileScan(result);
  if (kind === null) result.unreadable.push({ file: path, reason: 'there is no such file or folder' });
  else if (kind === 'file') readOrTell(readFile, { path, shown: path }, result);
  else {
    const readsIgnored = options['no-ignore'] === true;
    const onUnreadable = ({ shown, reason }: { readonly shown: string; readonly reason: string }): void => {
      result.unreadable.push({ file: shown, reason: `this folder cannot be read (${reason})` });
    };
    for await (const found of filesBelow(path, { readsIgnored, onUnreadable }))
      readOrTell(readFile, found, result);
  }
}

/** Devices and pipes that were named are read as files. */
function kindOf(path: string): 'file' | 'folder' | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isDirectory() ? 'folder' : 'file';
}

function readOrTell(
  readFile: (path: string, shown: string) => void,
  { path, shown }: { readonly path: string; readonly shown: string },
  result: ScanResult,
): void {
  try {
    readFile(path, shown);
  } catch (error) {
    // Gone since it was listed: there is nothing in it any more.
    if (errorCode(error) === 'ENOENT') return;
    result.unreadable.push({ file: shown, reason: `cannot be read (${errorCode(error)})` });
  }
}

async function scanInput({ input }: Terminal, result: ScanResult): Promise<void> {
  const text = createTextScan(result, () => '-');
  for await (const bytes of input?.() ?? []) text.push(Buffer.from(bytes));
  text.end();
}

const baseline = z.object({ leaks: z.array(z.object({ sha256: z.string() })) });

/** The fingerprints of an earlier report. */
function readBaseline(path: string): ReadonlySet<string> {
  try {
    const { leaks } = baseline.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Set(leaks.map(({ sha256 }) => sha256));
  } catch {
    throw new UsageError(`--baseline: ${path} is no report of "latchkey scan --format json".`);
  }
}

function keep(path: string, report: string): void {
  try {
    writeFileSync(path, `${report}\n`);
  } catch (error) {
    throw new CallError(`${path} cannot be written (${errorCode(error)}).`);
  }
}
