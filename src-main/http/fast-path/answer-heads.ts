import { STATUS_CODES, validateHeaderValue } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';

type HeaderValue = OutgoingHttpHeaders[string];

interface HeaderLine {
  value: HeaderValue;
  line: string;
}

/** Puts heads of answers together, as Node writes them. Most fields say the same in one answer after the other: their lines are looked
 *  at and joined once. */
export class AnswerHeads {
  readonly #nowMs: () => number;
  /** By name: what was last said under it. */
  readonly #lines = new Map<string, HeaderLine>();
  readonly #statusLines = new Map<number, string>();
  #second = -1;
  #end = '';

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The whole head of an answer on a connection that stays. `added` are lines that `line` gave; a list of `headers` has names and values
   *  in turn. */
  text(status: number, added: string, headers: OutgoingHttpHeaders | readonly string[]): string {
    let text = this.#statusLine(status) + added;
    if (isList(headers)) {
      for (let at = 0; at < headers.length; at += 2) text += this.line(headers[at] ?? '', headers[at + 1]);
    } else for (const name in headers) text += this.line(name, headers[name]);
    return text + this.#endText();
  }

  /** One line. Throws what Node throws for a value that would break out of it. */
  line(name: string, value: HeaderValue): string {
    // Lengths differ from answer to answer.
    if (typeof value === 'number') return `${name}: ${value}\r\n`;
    const known = this.#lines.get(name);
    if (known !== undefined && known.value === value) return known.line;
    const text = String(value);
    if (UNSENDABLE.test(text)) validateHeaderValue(name, text);
    const line = `${name}: ${text}\r\n`;
    if (known === undefined) this.#lines.set(name, { value, line });
    else {
      known.value = value;
      known.line = line;
    }
    return line;
  }

  #statusLine(status: number): string {
    let line = this.#statusLines.get(status);
    if (line === undefined) {
      line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
      this.#statusLines.set(status, line);
    }
    return line;
  }

  /** With the time as the Date header has it, made once a second. */
  #endText(): string {
    const present = Math.floor(this.#nowMs() / 1_000);
    if (present !== this.#second) {
      this.#second = present;
      this.#end = `Date: ${new Date(present * 1_000).toUTCString()}\r\nConnection: keep-alive\r\n\r\n`;
    }
    return this.#end;
  }
}

function isList(headers: OutgoingHttpHeaders | readonly string[]): headers is readonly string[] {
  return Array.isArray(headers);
}

const UNSENDABLE = /[^\t -~\x80-\xff]/;
