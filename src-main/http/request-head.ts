import type { IncomingMessage } from 'node:http';

/** What the guard and the routes look at, taken from the raw headers in one pass. Single-valued headers that came twice are in `repeated`. */
export interface RequestHead {
  readonly method: string;
  /** Request target as sent. */
  readonly target: string;
  /** The target up to the query string, not decoded. */
  readonly path: string;
  readonly hostCount: number;
  readonly host: string;
  readonly origin: string | null;
  readonly fetchSite: string | null;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  /** Declared body bytes; -1 for chunked, 0 for none. */
  readonly bodyBytes: number;
  readonly authorization: string | null;
  readonly headerCount: number;
  /** Name of the first single-valued header that came more than once. */
  readonly repeated: string | null;
}

type SingleHeader =
  'origin' | 'sec-fetch-site' | 'content-type' | 'content-encoding' | 'content-length' | 'authorization';

const SINGLE_HEADERS: ReadonlySet<string> = new Set<SingleHeader>([
  'origin',
  'sec-fetch-site',
  'content-type',
  'content-encoding',
  'content-length',
  'authorization',
]);

/** Reads the head of a request without touching its body. Uses the raw headers: Node's own object hides a second Host. */
export function requestHead(request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): RequestHead {
  const { rawHeaders } = request;
  const single: Partial<Record<SingleHeader, string>> = {};
  let hostCount = 0;
  let host = '';
  let isChunked = false;
  let repeated: string | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'host') {
      hostCount += 1;
      host = value;
    } else if (name === 'transfer-encoding') {
      isChunked = true;
    } else if (isSingleHeader(name)) {
      if (single[name] !== undefined) repeated ??= name;
      single[name] = value;
    }
  }
  const target = request.url ?? '';
  const queryStart = target.indexOf('?');
  return {
    method: request.method ?? '',
    target,
    path: queryStart === -1 ? target : target.slice(0, queryStart),
    hostCount,
    host: host.toLowerCase(),
    origin: single.origin ?? null,
    fetchSite: single['sec-fetch-site'] ?? null,
    contentType: single['content-type'] ?? null,
    contentEncoding: single['content-encoding'] ?? null,
    bodyBytes: isChunked ? -1 : Number(single['content-length'] ?? 0),
    authorization: single.authorization ?? null,
    headerCount: rawHeaders.length / 2,
    repeated,
  };
}

function isSingleHeader(name: string): name is SingleHeader {
  return SINGLE_HEADERS.has(name);
}
