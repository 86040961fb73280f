import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

/** What has made spreadsheets compute, terminals obey and readers of lines see two. */
const HOSTILE = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\u00a0',
  '\ufeff',
  ' ',
  '"',
  "'",
  ',',
  ';',
  '|',
  'a',
  '1',
  '=cmd|',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u001b[31m',
  '\u0000',
  '\u007f',
  '\ud800',
  '\udfff',
  '😀',
  'ä',
  '＝',
  '%0a',
  '\\n',
  '{',
  '}',
  '/',
  '\v',
  '\f',
  '\u3000',
  '\u200b',
];
const FORMULA_START = /^[\s\u00a0\ufeff]*[=+\-@\t\r]/;

function hostileText(random: Random, length: number): string {
  return random.text(random.below(length), HOSTILE);
}

async function csvCells(program: Program, count: number): Promise<Figure> {
  const { csvText } = await program.load<typeof import('#main/platform/csv-text.ts')>(
    'src-main/platform/csv-text.ts',
  );
  const random = seededRandom(7);
  let triggers = 0;
  let lost = 0;
  for (let row = 0; row < count / 10; row += 1) {
    const cells = Array.from({ length: 10 }, () => hostileText(random, 12));
    const read = readRow(csvText([cells]));
    for (const [index, cell] of cells.entries()) {
      const shown = read[index];
      if (shown === undefined) lost += 1;
      else if (!isGuarded(shown, cell)) lost += 1;
      if ((shown ?? '').split(/\r\n|\n|\r/).some((line) => FORMULA_START.test(line))) triggers += 1;
    }
    if (read.length !== cells.length) lost += 1;
  }
  return {
    reached: `${String(triggers)} cells with a line that starts a formula, ${String(lost)} that do not come back, of ${count.toLocaleString('en')}`,
    holds: triggers === 0 && lost === 0,
  };
}

/** By RFC 4180, every cell quoted. */
function readRow(text: string): readonly string[] {
  const body = text.endsWith('\r\n') ? text.slice(0, -2) : text;
  return [...body.matchAll(/"((?:[^"]|"")*)"(?:,|$)/gy)].map(([, cell = '']) => cell.replaceAll('""', '"'));
}

/** The same text, but for an apostrophe before each line that would start a formula. */
function isGuarded(shown: string, cell: string): boolean {
  const breaks = /(\r\n|\n|\r)/;
  const parts = cell.split(breaks);
  const shownParts = shown.split(breaks);
  return (
    shownParts.length === parts.length &&
    parts.every((part, index) => shownParts[index] === part || shownParts[index] === `'${part}`)
  );
}

async function logLines(program: Program, count: number): Promise<Figure> {
  const { createLogger } = await program.load<typeof import('#main/platform/logger.ts')>(
    'src-main/platform/logger.ts',
  );
  const random = seededRandom(8);
  const written: string[] = [];
  const logger = createLogger({ write: (text) => void written.push(text) });
  const sent: string[] = [];
  for (let line = 0; line < count; line += 1) {
    const text = hostileText(random, 20);
    sent.push(text);
    const error = line % 3 === 0 ? { error: new Error(text) } : {};
    logger[random.pick<'error' | 'warn' | 'info'>(['error', 'warn', 'info'])](text, {
      path: hostileText(random, 20),
      ...error,
    });
  }
  const lines = written
    .join('')
    .split(/[\n\r\u2028\u2029\u0085]/)
    .filter((line) => line !== '');
  const parsed = lines.map((line) => messageOf(line));
  const good = parsed.filter((message, index) => message === sent[index]?.toWellFormed()).length;
  const raw = lines.filter((line) => /\p{Cc}/u.test(line)).length;
  return {
    reached: `${good.toLocaleString('en')} of ${count.toLocaleString('en')} events are one line that parses and says what was said; ${String(lines.length)} lines, ${String(raw)} with control characters`,
    holds: good === count && lines.length === count && raw === 0,
  };
}

function messageOf(line: string): string | null {
  try {
    const { msg, message } = JSON.parse(line) as { readonly msg?: string; readonly message?: string };
    return (msg ?? message ?? null)?.toWellFormed() ?? null;
  } catch {
    return null;
  }
}

const control = (
  check: (program: Program, count: number) => Promise<Figure>,
  fault: string,
  change: { readonly file: string; readonly find: string; readonly replace: string },
) => ({ fault, run: (work: Workbench) => check(work.patched([change]), 1_000) });

/** Texts of strangers on their way out. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E7',
    promise: 'No cell of an exported CSV starts a formula, and every value comes back as it was',
    target: '0 of 10,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => csvCells(work.program, work.count(10_000)),
    controls: [
      control(csvCells, 'only the first character of a cell is looked at', {
        file: 'src-main/platform/csv-text.ts',
        find: String.raw`/^[\s\u00A0\uFEFF]*[=+\-@\t\r]/`,
        replace: String.raw`/^[=+\-@\t\r]/`,
      }),
    ],
  },
  {
    id: 'E8',
    promise: 'Each event is one line of the log, whatever is in it',
    target: '10,000 of 10,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => logLines(work.program, work.count(10_000)),
    controls: [
      control(logLines, 'JSON as it is', {
        file: 'src-main/platform/logger.ts',
        find: 'out.write(oneLine(line))',
        replace: 'out.write(line)',
      }),
    ],
  },
];
