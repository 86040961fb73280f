import { HEADER_BYTES_MAX } from '#main/http/guard.ts';
import { requestHead } from '#main/http/request-head.ts';
import type { RequestHead } from '#main/http/request-head.ts';

/** Nothing that is encoded, and no character that two parsers could take for something else. */
const REQUEST_LINE = /^(GET|POST) (\/[0-9A-Za-z/._~-]*(?:\?[0-9A-Za-z/._~=&-]*)?) HTTP\/1\.1$/;
const LENGTH = /^[1-9][0-9]{0,4}$/;
const NAME_CHARACTERS_MAX = 64;
/** Letters, digits and the hyphen, by their codes. */
const IS_NAME_CHARACTER = Uint8Array.from({ length: 256 }, (_none, code) =>
  /^[0-9A-Za-z-]$/.test(String.fromCharCode(code)) ? 1 : 0,
);
/** What steers the connection or the framing of a body: known here, or not for us. */
const STEERING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const STEERING_LENGTHS: ReadonlySet<number> = new Set([...STEERING].map(({ length }) => length));

const LINE_END = '\r\n';
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TILDE = 0x7e;
const COLON = 0x3a;

/** The head of a request, the empty line at its end included, when nobody can read it in two ways: HTTP/1.1, lines that end in
 *  CRLF, names of letters, digits and hyphens, values of printable ASCII behind a colon and at most one space, at most one
 *  Content-Length and nothing else about framing, a connection that stays. A POST has a body, a GET has none. null for anything else,
 *  good or bad: Node's parser then says what it is. What this takes, Node takes too and reads the same. One pass over the
 *  text: heads of proxies differ from request to request. */
export function readExactHead(text: string): RequestHead | null {
  // Node counts less than all bytes, so what is allowed here is allowed there.
  if (text.length >= HEADER_BYTES_MAX || !text.endsWith('\r\n\r\n')) return null;
  const firstEnd = text.indexOf(LINE_END);
  const [, method = '', url = ''] = REQUEST_LINE.exec(text.slice(0, firstEnd)) ?? [];
  if (method === '') return null;
  const rawHeaders: string[] = [];
  let hasLength = false;
  let hasConnection = false;
  // Where the empty line begins.
  const end = text.length - LINE_END.length;
  let at = firstEnd + LINE_END.length;
  while (at < end) {
    const colon = nameEnd(text, at);
    if (colon < 0) return null;
    const start = text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
    const stop = valueEnd(text, start);
    if (stop < 0) return null;
    const rawName = text.slice(at, colon);
    const value = text.slice(start, stop);
    if (STEERING_LENGTHS.has(rawName.length)) {
      const name = rawName.toLowerCase();
      if (STEERING.has(name)) {
        if (name === 'content-length' && !hasLength && LENGTH.test(value)) hasLength = true;
        else if (name === 'connection' && !hasConnection && value === 'keep-alive') hasConnection = true;
        else return null;
      }
    }
    rawHeaders.push(rawName, value);
    at = stop + LINE_END.length;
  }
  return hasLength === (method === 'POST') ? requestHead({ method, url, rawHeaders }) : null;
}

/** Where the colon behind the name stands that begins at `start`; -1 when there is no good name with a colon behind it. */
function nameEnd(text: string, start: number): number {
  let at = start;
  while (IS_NAME_CHARACTER[text.charCodeAt(at)] === 1) at += 1;
  const length = at - start;
  return length > 0 && length <= NAME_CHARACTERS_MAX && text.charCodeAt(at) === COLON ? at : -1;
}

/** Where the line break behind the value stands that begins at `start`; -1 when it is empty, begins or ends with a space, or
 *  holds anything but printable ASCII. */
function valueEnd(text: string, start: number): number {
  let at = start;
  let code = text.charCodeAt(at);
  if (code === SPACE) return -1;
  let last = SPACE;
  while (code >= SPACE && code <= TILDE) {
    last = code;
    at += 1;
    code = text.charCodeAt(at);
  }
  return last !== SPACE && code === CR && text.charCodeAt(at + 1) === LF ? at : -1;
}
