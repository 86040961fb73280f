import { EXPORT_COLUMNS, type ExportColumn, type ExportFileFormat } from '#contract/request-export.ts';
import type { RequestRow } from '#contract/requests.ts';
import { csvText } from '#main/platform/csv-text.ts';

/** How rows become the lines of a file. */
export interface RowText {
  /** What stands before the first row. */
  readonly head: string;
  readonly line: (row: RequestRow) => string;
  readonly mediaType: string;
}

/** Lines of a format with these columns; null = all. In every one a cell can neither start a formula nor break out of its cell. */
export function rowText(format: ExportFileFormat, columns: readonly ExportColumn[] | null): RowText {
  const names = columns ?? EXPORT_COLUMNS;
  switch (format) {
    case 'csv':
      return {
        head: csvText([names]),
        line: (row) => csvText([names.map((name) => cellText(row, name))]),
        mediaType: 'text/csv; charset=utf-8',
      };
    case 'md':
      return {
        head: `${markdownRow(names)}${markdownRow(names.map(() => '---'))}`,
        line: (row) => markdownRow(names.map((name) => markdownCell(cellText(row, name)))),
        mediaType: 'text/markdown; charset=utf-8',
      };
    case 'jsonl':
      return {
        head: '',
        line: (row) =>
          `${JSON.stringify(columns === null ? row : Object.fromEntries(columns.map((name) => [name, row[name]])))}\n`,
        mediaType: 'application/x-ndjson',
      };
  }
}

/** Times as ISO 8601 UTC, tags by spaces, nothing as nothing. */
function cellText(row: RequestRow, name: ExportColumn): string {
  if (name === 'at') return new Date(row.at).toISOString();
  if (name === 'tags') return row.tags.join(' ');
  const value = row[name];
  return value === null ? '' : String(value);
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Nothing in a cell is read as markup, as the end of the cell or as a link. */
function markdownCell(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()<>#|!~&]/g, String.raw`\$&`).replaceAll(/\s/g, ' ');
}
