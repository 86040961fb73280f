/** Rows as CSV (RFC 4180, CRLF, every cell quoted). No line of a cell can start a formula in a spreadsheet: such
 *  lines get a leading apostrophe, also behind white space. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** White space (with no-break space and tab) and then a character that spreadsheets read as the start of a formula. */
const FORMULA = /^[\s\u00A0\uFEFF]*[=+\-@\t\r]/;

function csvCell(text: string): string {
  const guarded = text
    .split(/(\r\n|\n|\r)/)
    .map((line, index) => (index % 2 === 0 && FORMULA.test(line) ? `'${line}` : line))
    .join('');
  return `"${guarded.replaceAll('"', '""')}"`;
}
