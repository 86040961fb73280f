import { displayName, emailAddress, noteText } from '#contract/names.ts';
import { tier } from '#contract/partners.ts';
import { readAgeRecipient } from './age-recipient.ts';
import { csvRows, type CsvDialect, type CsvRow } from './csv-rows.ts';

/** A partner as a line tells it; what is not told is undefined. */
export interface PartnerEntry {
  readonly line: number;
  readonly name: string;
  readonly tier: string | undefined;
  readonly contactName: string | undefined;
  readonly contactEmail: string | undefined;
  readonly note: string | undefined;
  readonly recipientKey: string | undefined;
}

/** What a text holds, in the order of its lines. */
export interface ReadPartners {
  readonly entries: readonly PartnerEntry[];
  readonly problems: readonly { readonly line: number; readonly name: string; readonly message: string }[];
  /** Why the text as a whole cannot be read; null when it can. */
  readonly unreadable: string | null;
}

type Column = Exclude<keyof PartnerEntry, 'line'>;

/** Names of columns, small letters only. */
const COLUMNS: Readonly<Record<string, Column>> = {
  name: 'name',
  partner: 'name',
  partnername: 'name',
  tier: 'tier',
  contact: 'contactName',
  contactname: 'contactName',
  email: 'contactEmail',
  contactemail: 'contactEmail',
  note: 'note',
  notes: 'note',
  recipientkey: 'recipientKey',
  agerecipient: 'recipientKey',
};
const COLUMN_WORDS = 'Name, Tier, Contact name, Contact e-mail, Note, Recipient key';
const SEPARATORS = [',', ';', '\t'] as const;

/** Reads partners from CSV: one header line, then a partner a line; commas, semicolons or tabs, cells in double quotes. An empty
 *  cell tells nothing. Strict: unknown columns make the text unreadable, and a line with cells too many, broken quotes or
 *  a cell that a spreadsheet would run as a formula is a problem, not a guess. Problems never repeat a recipient key. */
export function readPartnerImport(text: string): ReadPartners {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const [header, ...rows] = csvRows(content, dialectOf(content));
  const columns = (header?.cells ?? []).map((cell) => COLUMNS[cell.toLowerCase().replaceAll(/[^a-z]/g, '')]);
  const unreadable = header === undefined ? 'There is no line in this text.' : headerProblem(header, columns);
  if (unreadable !== null) return { entries: [], problems: [], unreadable };
  const entries: PartnerEntry[] = [];
  const problems: ReadPartners['problems'][number][] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    const cells = new Map(columns.map((column, index) => [column, row.cells[index] ?? '']));
    const name = displayName.safeParse(cells.get('name')).data ?? '';
    const values = readCells(cells);
    const message =
      rowProblem(row, columns.length) ?? values.message ?? twice(seen, { name, line: row.line });
    if (message === null) entries.push({ ...NOTHING_TOLD, ...values.told, line: row.line, name });
    else problems.push({ line: row.line, name, message });
  }
  return { entries, problems, unreadable: null };
}

/** The separator that the first line holds most of outside quotes; a comma when it has one column. */
export function dialectOf(content: string): CsvDialect {
  const first = (/\S[^\r\n]*/.exec(content)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const [most = ','] = SEPARATORS.toSorted(
    (one, other) => first.split(other).length - first.split(one).length,
  );
  return { separator: most, quotes: '"' };
}

function headerProblem(header: CsvRow, columns: readonly (Column | undefined)[]): string | null {
  const unknown = columns.indexOf(undefined);
  if (unknown !== -1) {
    const nth = `${String(unknown + 1)} of ${String(header.cells.length)}`;
    return `The first line must name the columns. Column ${nth} is none of ${COLUMN_WORDS}.`;
  }
  if (new Set(columns).size < columns.length) return 'The first line names a column twice.';
  return columns.includes('name') ? null : 'There is no column Name in the first line.';
}

/** What is wrong with a line before its cells are read; null = nothing. */
export function rowProblem(row: CsvRow, columnCount: number): string | null {
  if (row.isOpen) return 'A quotation mark is never closed.';
  if (row.isTorn)
    return 'Text stands behind a closing quotation mark. Inside quotes, double each quotation mark.';
  if (row.cells.slice(columnCount).some((cell) => cell !== '')) {
    const [cells, named] = [String(row.cells.length), String(columnCount)];
    return `${cells} cells where the first line names ${named} columns. Quote cells that hold a separator.`;
  }
  return null;
}

type TextSchema = typeof displayName | typeof emailAddress;

const FIELDS: readonly (readonly [Column, string, TextSchema | null])[] = [
  ['name', 'Name', displayName],
  ['tier', 'Tier', tier],
  ['contactName', 'Contact name', displayName],
  ['contactEmail', 'Contact e-mail', emailAddress],
  ['note', 'Note', noteText],
  ['recipientKey', 'Recipient key', null],
];
const NOTHING_TOLD = {
  tier: undefined,
  contactName: undefined,
  contactEmail: undefined,
  note: undefined,
  recipientKey: undefined,
};
/** What spreadsheets read as the start of a formula, also behind white space. */
export const FORMULA = /^\s*[=+\-@]/;

/** What the cells tell, or the first thing that is wrong with one. */
function readCells(cells: ReadonlyMap<Column | undefined, string>) {
  const told: Partial<Record<Column, string>> = {};
  for (const [column, word, schema] of FIELDS) {
    const cell = cells.get(column) ?? '';
    if (cell === '' && column !== 'name') continue;
    const read = cell.split(/\r\n|\n|\r/).some((part) => FORMULA.test(part))
      ? { why: 'Begins like a formula of a spreadsheet (=, +, - or @). Put it another way.' }
      : readCell(cell, schema);
    if ('why' in read) return { told, message: `${word}: ${read.why}` };
    told[column] = read.value;
  }
  return { told, message: null };
}

/** Without a schema: a recipient key. */
function readCell(cell: string, schema: TextSchema | null) {
  if (schema === null) {
    const key = readAgeRecipient(cell);
    return key.kind === 'key' ? { value: key.recipient } : { why: key.why };
  }
  const parsed = schema.safeParse(cell);
  if (parsed.success) return { value: parsed.data };
  return { why: parsed.error.issues[0]?.message ?? 'This cannot be read.' };
}

/** Names are one name without regard to ASCII case, as in the store. */
function twice(
  seen: Map<string, number>,
  { name, line }: Pick<PartnerEntry, 'name' | 'line'>,
): string | null {
  const folded = name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const before = seen.get(folded);
  if (before === undefined) seen.set(folded, line);
  return before === undefined ? null : `The same partner as in line ${String(before)}.`;
}
