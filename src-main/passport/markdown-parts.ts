/** Rows below a head. Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Plain texts as a list. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${plain(item)}`).join('\n');
}

/** A text of people in one line: it cannot make a heading, a link or a row. */
export function plain(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]|#]/g, String.raw`\$&`);
  return line.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text as code in a line. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}
