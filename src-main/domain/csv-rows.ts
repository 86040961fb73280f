/** One row of a CSV text. `line` counts from 1 and is where the row begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** A quoted cell was never closed. */
  readonly isOpen: boolean;
  /** Text stands behind the closing quote of a cell; it is left out. */
  readonly isTorn: boolean;
}

/** How a text is written. */
export interface CsvDialect {
  readonly separator: ',' | ';' | '\t';
  /** Characters that may enclose a cell. */
  readonly quotes: string;
}

const BOTH_QUOTES: CsvDialect = { separator: ',', quotes: `"'` };

/** Reads CSV (RFC 4180), unless told otherwise with commas and with cells in double or single quotes; both are written by
 *  spreadsheets and consoles. Blank rows are left out. Linear. */
export function csvRows(text: string, dialect: CsvDialect = BOTH_QUOTES): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    let isOpen = false;
    let isTorn = false;
    let isLast = false;
    while (!isLast) {
      const cell = readCell(text, at, dialect);
      cells.push(cell.text);
      line += cell.lineBreaks;
      isOpen = cell.isOpen;
      isTorn ||= cell.isTorn;
      isLast = text[cell.end] !== dialect.separator;
      at = cell.end + 1;
    }
    if (text[at - 1] === '\r' && text[at] === '\n') at += 1;
    line += 1;
    if (cells.some((cell) => cell !== '')) rows.push({ line: begun, cells, isOpen, isTorn });
  }
  return rows;
}

interface Cell {
  readonly text: string;
  /** Where the separator, the line break or the end of the text stands. */
  readonly end: number;
  readonly lineBreaks: number;
  readonly isOpen: boolean;
  readonly isTorn: boolean;
}

function readCell(text: string, begin: number, { separator, quotes }: CsvDialect): Cell {
  let at = begin;
  while (text[at] === ' ' || (text[at] === '\t' && separator !== '\t')) at += 1;
  const quote = text[at];
  if (quote === undefined || !quotes.includes(quote)) {
    const end = cellEnd(text, begin, separator);
    return { text: text.slice(begin, end).trim(), end, lineBreaks: 0, isOpen: false, isTorn: false };
  }
  let inside = '';
  for (at += 1; at < text.length; at += 1) {
    if (text[at] !== quote) inside += text[at];
    else if (text[at + 1] === quote) {
      inside += quote;
      at += 1;
    } else break;
  }
  const lineBreaks = inside.split('\n').length - 1;
  const end = cellEnd(text, at + 1, separator);
  const isTorn = text.slice(at + 1, end).trim() !== '';
  return { text: inside.trim(), end, lineBreaks, isOpen: at >= text.length, isTorn };
}

function cellEnd(text: string, begin: number, separator: string): number {
  let end = begin;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}
