import { STATUS_CODES, validateHeaderValue } from 'node:http';

/** Room for any head of ours: the longest has a problem body of some KB in a header. */
const ROOM_BYTES = 16 * 1024;

/** Puts the heads of answers together, one at a time, in one piece of memory: as texts, every name, colon and line break would be an
 *  object for the collector, a kilobyte of them an answer. */
export class HeadText {
  readonly #bytes = Buffer.allocUnsafe(ROOM_BYTES);
  #length = 0;
  /** What had no room. */
  #rest = '';

  begin(status: number): void {
    this.#length = 0;
    this.#rest = '';
    this.#add('HTTP/1.1 ');
    this.#add(String(status));
    this.#add(' ');
    this.#add(STATUS_CODES[status] ?? '');
    this.#add('\r\n');
  }

  /** Throws what Node throws for a value that would break out of its line. */
  header(name: string, value: string): void {
    this.#add(name);
    this.#add(': ');
    if (!this.#add(value)) validateHeaderValue(name, value);
    this.#add('\r\n');
  }

  /** The whole head with these last lines, the empty one included. */
  end(lines: string): string {
    this.#add(lines);
    return this.#bytes.toString('latin1', 0, this.#length) + this.#rest;
  }

  /** Was it printable ASCII alone, or our own line break? */
  #add(text: string): boolean {
    if (this.#rest !== '' || this.#length + text.length > ROOM_BYTES) {
      this.#rest += text;
      return /^[ -~]*$/.test(text);
    }
    const bytes = this.#bytes;
    let at = this.#length;
    let isPrintable = true;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e) isPrintable = false;
      bytes[at++] = code;
    }
    this.#length = at;
    return isPrintable;
  }
}
