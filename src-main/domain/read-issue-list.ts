import { issueLine, ISSUE_LINES_MAX, type IssueLine } from '#contract/issue-list.ts';
import { csvRows, type CsvRow } from './csv-rows.ts';
import { dialectOf, FORMULA, rowProblem } from './read-partner-import.ts';

/** What a text holds, in the order of its lines. */
export interface ReadIssueList {
  readonly lines: readonly (IssueLine & { readonly line: number })[];
  readonly problems: readonly { readonly line: number; readonly name: string; readonly message: string }[];
  /** Why the text as a whole cannot be read; null when it can. */
  readonly unreadable: string | null;
}

type Column = keyof IssueLine;

/** Names of columns, small letters only. */
const COLUMNS: Readonly<Record<string, Column>> = {
  team: 'team',
  partner: 'team',
  application: 'application',
  app: 'application',
  contact: 'contact',
  email: 'contact',
  contactemail: 'contact',
  template: 'template',
  environment: 'environment',
  env: 'environment',
  key: 'keyName',
  keyname: 'keyName',
  tier: 'tier',
};
const WORDS: Readonly<Record<Column, string>> = {
  team: 'Team',
  application: 'Application',
  contact: 'Contact',
  template: 'Template',
  environment: 'Environment',
  keyName: 'Key',
  tier: 'Tier',
};
const NEEDED = ['team', 'application', 'contact', 'template', 'environment'] as const;

/** Reads a list of teams that are to get keys from CSV: one header line, then a key a line; commas, semicolons or tabs. Without a name
 *  a key is called as its application; without a tier a new partner is external. Strict, as readPartnerImport is. */
export function readIssueList(text: string): ReadIssueList {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const [header, ...rows] = csvRows(content, dialectOf(content));
  const columns = (header?.cells ?? []).map((cell) => COLUMNS[cell.toLowerCase().replaceAll(/[^a-z]/g, '')]);
  const unreadable =
    header === undefined ? 'There is no line in this text.' : listProblem(columns, rows.length);
  if (unreadable !== null) return { lines: [], problems: [], unreadable };
  const lines: ReadIssueList['lines'][number][] = [];
  const problems: ReadIssueList['problems'][number][] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    const read = readRow(row, columns);
    const { line } = row;
    if (typeof read === 'string') {
      problems.push({ line, name: nameOf(row, columns), message: read });
      continue;
    }
    const same = [read.team, read.application, read.keyName, read.environment].join('\n').toLowerCase();
    const before = seen.get(same);
    if (before === undefined) {
      seen.set(same, line);
      lines.push({ ...read, line });
    } else problems.push({ line, name: read.team, message: `The same key as in line ${String(before)}.` });
  }
  return { lines, problems, unreadable: null };
}

function listProblem(columns: readonly (Column | undefined)[], lineCount: number): string | null {
  const unknown = columns.indexOf(undefined);
  if (unknown !== -1) {
    const nth = `${String(unknown + 1)} of ${String(columns.length)}`;
    return `The first line must name the columns. Column ${nth} is none of ${Object.values(WORDS).join(', ')}.`;
  }
  if (new Set(columns).size < columns.length) return 'The first line names a column twice.';
  const missing = NEEDED.find((column) => !columns.includes(column));
  if (missing !== undefined) return `There is no column ${WORDS[missing]} in the first line.`;
  return lineCount > ISSUE_LINES_MAX ? `At most ${String(ISSUE_LINES_MAX)} lines. Issue it in parts.` : null;
}

/** The line, or the first thing that is wrong with it. */
function readRow(row: CsvRow, columns: readonly (Column | undefined)[]): IssueLine | string {
  const broken = rowProblem(row, columns.length);
  if (broken !== null) return broken;
  const cells = new Map(columns.map((column, index) => [column, row.cells[index] ?? '']));
  for (const [column, cell] of cells) {
    if (column === undefined || !FORMULA.test(cell)) continue;
    return `${WORDS[column]}: Begins like a formula of a spreadsheet (=, +, - or @). Put it another way.`;
  }
  const given = (column: Column, otherwise = ''): string => (cells.get(column) ?? '') || otherwise;
  const parsed = issueLine.safeParse({
    team: given('team'),
    application: given('application'),
    contact: given('contact'),
    template: given('template'),
    environment: given('environment').toLowerCase(),
    keyName: given('keyName', given('application')),
    tier: given('tier', 'external'),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const column = Object.values(COLUMNS).find((one) => one === issue?.path[0]);
  if (column === 'environment') return 'Environment: Say live or test.';
  return `${column === undefined ? 'Line' : WORDS[column]}: ${issue?.message ?? 'This cannot be read.'}`;
}

function nameOf(row: CsvRow, columns: readonly (Column | undefined)[]): string {
  return (row.cells[columns.indexOf('team')] ?? '').slice(0, 64);
}
