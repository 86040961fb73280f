import { escapeHtml } from '#main/domain/escape-html.ts';

/** A piece of HTML in which everything that came from elsewhere is escaped. Made by `markup` only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | readonly Markup[];

/** Writes HTML: texts and numbers between the pieces are escaped, pieces made by `markup` stay, null is nothing. Values of attributes
 *  must stand in double quotes. Not named html, so that no formatter adds white space: it would be seen. */
export function markup(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = pieces.reduce((written, piece, index) => {
    const part = parts[index];
    return written + piece + (part === undefined ? '' : textOf(part));
  }, '');
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(({ text }) => text).join('\n');
}
