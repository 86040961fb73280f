import type { IncomingMessage } from 'node:http';
import { bearerToken } from './bearer.ts';
import type { Bearer } from './bearer.ts';

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
  /** What it holds; read when it is first asked for. */
  readonly bearer: Bearer;
  readonly headerCount: number;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** Name of the first single-valued header that came more than once. */
  readonly repeated: string | null;
}

/** Reads the head of a request without touching its body. Uses the raw headers: Node's own object hides a second Host. */
export function requestHead(request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): RequestHead {
  const target = request.url ?? '';
  const queryStart = target.indexOf('?');
  return new RawHead(
    request.method ?? '',
    target,
    queryStart === -1 ? target : target.slice(0, queryStart),
    request.rawHeaders,
  );
}

/** Lengths of the names that are looked at: others need not even be made lower case. */
const NAME_LENGTHS = new Set([4, 6, 12, 13, 14, 16, 17]);

class RawHead implements RequestHead {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly headerCount: number;
  readonly rawHeaders: readonly string[];
  hostCount = 0;
  host = '';
  origin: string | null = null;
  fetchSite: string | null = null;
  contentType: string | null = null;
  contentEncoding: string | null = null;
  bodyBytes = 0;
  authorization: string | null = null;
  repeated: string | null = null;
  #bearer: Bearer | null = null;

  constructor(method: string, target: string, path: string, rawHeaders: readonly string[]) {
    this.method = method;
    this.target = target;
    this.path = path;
    this.headerCount = rawHeaders.length / 2;
    this.rawHeaders = rawHeaders;
    let contentLength: string | null = null;
    let isChunked = false;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const rawName = rawHeaders[index] ?? '';
      if (!NAME_LENGTHS.has(rawName.length)) continue;
      const name = rawName.toLowerCase();
      const value = rawHeaders[index + 1] ?? '';
      switch (name) {
        case 'host':
          this.hostCount += 1;
          this.host = value.toLowerCase();
          break;
        case 'transfer-encoding':
          isChunked = true;
          break;
        case 'origin':
          this.origin = this.#single(name, this.origin, value);
          break;
        case 'sec-fetch-site':
          this.fetchSite = this.#single(name, this.fetchSite, value);
          break;
        case 'content-type':
          this.contentType = this.#single(name, this.contentType, value);
          break;
        case 'content-encoding':
          this.contentEncoding = this.#single(name, this.contentEncoding, value);
          break;
        case 'content-length':
          contentLength = this.#single(name, contentLength, value);
          break;
        case 'authorization':
          this.authorization = this.#single(name, this.authorization, value);
          break;
        default:
      }
    }
    this.bodyBytes = isChunked ? -1 : Number(contentLength ?? 0);
  }

  get bearer(): Bearer {
    return (this.#bearer ??= bearerToken(this.authorization));
  }

  #single(name: string, before: string | null, value: string): string {
    if (before !== null) this.repeated ??= name;
    return value;
  }
}
