import { HEADER_BYTES_MAX } from '#main/http/guard.ts';
import { requestHead } from '#main/http/request-head.ts';
import type { RequestHead } from '#main/http/request-head.ts';

/** Nothing that is encoded, and no character that two parsers could take for something else. */
const REQUEST_LINE = /^(GET|POST) (\/[0-9A-Za-z/._~-]*(?:\?[0-9A-Za-z/._~=&-]*)?) HTTP\/1\.1$/;
const NAME = /^[0-9A-Za-z-]{1,64}$/;
const VALUE = /^[!-~](?:[ -~]*[!-~])?$/;
const LENGTH = /^[1-9][0-9]{0,4}$/;
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

/** The head of a request, the empty line at its end included, when nobody can read it in two ways: HTTP/1.1, lines that end in
 *  CRLF, names of letters, digits and hyphens, values of printable ASCII behind a colon and at most one space, at most one
 *  Content-Length and nothing else about framing, a connection that stays. A POST has a body, a GET has none. null for anything else,
 *  good or bad: Node's parser then says what it is. What this takes, Node takes too and reads the same. */
export function readExactHead(text: string): RequestHead | null {
  // Node counts less than all bytes, so what is allowed here is allowed there.
  if (text.length >= HEADER_BYTES_MAX || !text.endsWith('\r\n\r\n')) return null;
  const [line = '', ...headerLines] = text.slice(0, -4).split('\r\n');
  const [, method = '', url = ''] = REQUEST_LINE.exec(line) ?? [];
  if (method === '') return null;
  const rawHeaders: string[] = [];
  let hasLength = false;
  let hasConnection = false;
  for (const headerLine of headerLines) {
    const colon = headerLine.indexOf(':');
    const rawName = headerLine.slice(0, Math.max(0, colon));
    const value = headerLine.slice(headerLine.startsWith(': ', colon) ? colon + 2 : colon + 1);
    if (!NAME.test(rawName) || !VALUE.test(value)) return null;
    const name = rawName.toLowerCase();
    if (STEERING.has(name)) {
      if (name === 'content-length' && !hasLength && LENGTH.test(value)) hasLength = true;
      else if (name === 'connection' && !hasConnection && value === 'keep-alive') hasConnection = true;
      else return null;
    }
    rawHeaders.push(rawName, value);
  }
  return hasLength === (method === 'POST') ? requestHead({ method, url, rawHeaders }) : null;
}
