/** One row of a CSV text. `line` counts from 1 and is where the row begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** A quoted cell was never closed. */
  readonly isOpen: boolean;
}

/** Reads CSV (RFC 4180) with cells in double or single quotes; both are written by spreadsheets and consoles. Blank rows are left
 *  out. Linear. */
export function csvRows(text: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    let isOpen = false;
    let isLast = false;
    while (!isLast) {
      const cell = readCell(text, at);
      cells.push(cell.text);
      line += cell.lineBreaks;
      isOpen = cell.isOpen;
      isLast = text[cell.end] !== ',';
      at = cell.end + 1;
    }
    if (text[at - 1] === '\r' && text[at] === '\n') at += 1;
    line += 1;
    if (cells.some((cell) => cell !== '')) rows.push({ line: begun, cells, isOpen });
  }
  return rows;
}

interface Cell {
  readonly text: string;
  /** Where the comma, the line break or the end of the text stands. */
  readonly end: number;
  readonly lineBreaks: number;
  readonly isOpen: boolean;
}

function readCell(text: string, begin: number): Cell {
  let at = begin;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    const end = cellEnd(text, begin);
    return { text: text.slice(begin, end).trim(), end, lineBreaks: 0, isOpen: false };
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
  return { text: inside.trim(), end: cellEnd(text, at + 1), lineBreaks, isOpen: at >= text.length };
}

function cellEnd(text: string, begin: number): number {
  let end = begin;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}
