import type { ProblemCode } from '#contract/verify.ts';
import type { RequestHead } from './request-head.ts';

/** A request that goes no further, with what to answer. `allow` is the Allow header of a 405. */
export interface GuardRefusal {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly allow?: string;
}

/** What differs between the two listeners. */
export interface GuardPolicy {
  /** Hosts this listener answers to, lower case, with port: see loopbackHosts. The first is the one to recommend. */
  readonly hosts: readonly string[];
  /** The admin listener also looks at Sec-Fetch-Site: cookies are sent by every page of the same host, whatever its port. */
  readonly checksFetchSite: boolean;
  /** May a page of another port of this host lead to the first page here? While the administration moves from port to port. */
  readonly mayArrive?: () => boolean;
  /** Pages for people outside: also under the host and for the origin of the address by which they come. Their forms come with
   *  `Origin: null`, because the pages tell nobody where somebody was. That opens nothing: no page or call of this listener knows its
   *  caller by anything that a browser adds by itself. */
  readonly publicPages?: {
    readonly has: (path: string) => boolean;
    /** `https://keys.example`, lower case; null = nobody comes from outside. */
    readonly origin: () => string | null;
  };
  /** Media types a POST to `path` may have. */
  readonly mediaTypes: (path: string) => readonly string[];
  /** Largest body of a POST to `path`, bytes. */
  readonly bodyBytesMax: (path: string) => number;
}

export const HEADERS_MAX = 100;
export const HEADER_BYTES_MAX = 8 * 1024;

const ALLOW = 'GET, HEAD, POST';

/** A key or token of ours inside a URL: there it ends in histories and logs. Not inside a word: `/talks_in_english` holds none. */
const KEY_SHAPE = /(?<![0-9A-Za-z])(?:lk_(?:live|test)_|lk[sae]_)[0-9A-Za-z_]{8}/;

/** Decides from the head alone whether a request may go on; null = it may. First failure answers. Runs before any body is read,
 *  for every route, also those that do not exist. */
export function guard(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  return (
    wrongSource(head, policy) ?? checkHeaders(head) ?? checkUrl(head) ?? checkMethodAndBody(head, policy)
  );
}

/** Only the part about who may call at all: under which host, and from which page. */
export function wrongSource(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  return checkAddress(head, policy) ?? checkOrigin(head, policy);
}

/** Does a request target hold a key or token of ours, plain or percent-encoded? */
export function holdsKey(target: string): boolean {
  // Nearly all hold neither, which costs less to see than the pattern.
  if (!target.includes('lk') && !target.includes('%')) return false;
  return KEY_SHAPE.test(target) || KEY_SHAPE.test(leniently(target));
}

/** The hosts under which a loopback listener on `port` answers. Compared as strings: no suffix, no trailing dot, no `127.1`. */
export function loopbackHosts(port: number): readonly string[] {
  return [`127.0.0.1:${String(port)}`, `localhost:${String(port)}`, `[::1]:${String(port)}`];
}

function checkAddress(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  const isOurs = head.hostCount === 1 && (policy.hosts.includes(head.host) || isPublicHost(head, policy));
  if (isOurs && head.target.startsWith('/') && !head.target.startsWith('//')) return null;
  return {
    status: 421,
    code: 'MISDIRECTED_HOST',
    detail: `Call this server as http://${policy.hosts[0] ?? '127.0.0.1'}, with one Host header and a path.`,
  };
}

function checkOrigin(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  if (head.origin !== null && (head.repeated === 'origin' || !isOwnOrigin(head, head.origin, policy))) {
    return {
      status: 403,
      code: 'FORBIDDEN_ORIGIN',
      detail:
        'Pages of other sites may not call this server. Call it from a program, without an Origin header.',
    };
  }
  if (!policy.checksFetchSite || head.fetchSite === null || head.fetchSite === 'same-origin') return null;
  // A link typed, pasted or opened from a terminal. The API itself is never the target of one.
  if (head.fetchSite === 'none' && head.method === 'GET' && !head.path.startsWith('/api/')) return null;
  if (
    head.fetchSite === 'same-site' &&
    head.method === 'GET' &&
    head.path === '/' &&
    policy.mayArrive?.() === true
  )
    return null;
  return {
    status: 403,
    code: 'FORBIDDEN_ORIGIN',
    detail: 'Another page sent you here. Open the address in a tab of its own instead.',
  };
}

function isPublicHost(head: RequestHead, { publicPages }: GuardPolicy): boolean {
  if (publicPages?.has(head.path) !== true) return false;
  const origin = publicPages.origin();
  return origin !== null && origin.slice(origin.indexOf('//') + 2) === head.host;
}

function isOwnOrigin(head: RequestHead, origin: string, { publicPages }: GuardPolicy): boolean {
  if (origin === `http://${head.host}`) return true;
  if (publicPages?.has(head.path) !== true) return false;
  return origin === 'null' || origin === publicPages.origin();
}

function checkHeaders(head: RequestHead): GuardRefusal | null {
  if (head.headerCount > HEADERS_MAX) {
    return {
      status: 431,
      code: 'HEADERS_TOO_LARGE',
      detail: `Send at most ${String(HEADERS_MAX)} headers.`,
    };
  }
  if (head.repeated === null) return null;
  return {
    status: 400,
    code: 'BAD_REQUEST',
    detail: `The header ${head.repeated} came more than once. Send it once.`,
  };
}

function checkUrl(head: RequestHead): GuardRefusal | null {
  if (!holdsKey(head.target)) return null;
  return {
    status: 400,
    code: 'KEY_IN_URL',
    detail:
      'The URL holds a key or token; URLs are kept in logs and histories. Send it in the JSON body or the Authorization header, and rotate this one.',
  };
}

/** Percent-decoding that never throws: only what looks like ASCII is decoded. */
function leniently(target: string): string {
  if (!target.includes('%')) return target;
  return target.replaceAll(/%([2-7][0-9A-Fa-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function checkMethodAndBody(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  if (head.method === 'GET' || head.method === 'HEAD') {
    if (head.bodyBytes === 0) return null;
    return { status: 400, code: 'BAD_REQUEST', detail: `A ${head.method} request has no body.` };
  }
  if (head.method !== 'POST') {
    return {
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      detail: `${head.method} is not used here. Use ${ALLOW}.`,
      allow: ALLOW,
    };
  }
  return checkMediaType(head, policy) ?? checkBodySize(head, policy);
}

function checkMediaType(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  const accepted = policy.mediaTypes(head.path);
  const encoding = head.contentEncoding?.trim().toLowerCase() ?? 'identity';
  if (isAcceptedType(head.contentType, accepted) && encoding === 'identity') return null;
  return {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: `Send the body uncompressed in UTF-8 with Content-Type: ${accepted.join(' or ')}.`,
  };
}

function isAcceptedType(contentType: string | null, accepted: readonly string[]): boolean {
  if (contentType === null) return false;
  if (accepted.includes(contentType)) return true;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!accepted.includes(type.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
}

function checkBodySize(head: RequestHead, policy: GuardPolicy): GuardRefusal | null {
  const bytesMax = policy.bodyBytesMax(head.path);
  if (head.bodyBytes <= bytesMax) return null;
  return bodyTooLarge(bytesMax);
}

/** The refusal of a body above `bytesMax`, also for the reader that meets one without a declared length. */
export function bodyTooLarge(bytesMax: number): GuardRefusal {
  return {
    status: 413,
    code: 'BODY_TOO_LARGE',
    detail: `The body is larger than the ${String(Math.floor(bytesMax / 1024))} KiB taken here.`,
  };
}
