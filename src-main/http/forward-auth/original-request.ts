import type { AskedRequest, Dialect } from './dialect.ts';
import type { ProxyHeaders } from './proxy-headers.ts';

/** The request that the client made to the proxy, or why it is not known. */
export type OriginalRequest =
  | { readonly kind: 'known'; readonly method: string; readonly target: string }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'untold'; readonly detail: string };

const METHOD_NAMES = ['x-original-method', 'x-forwarded-method'] as const;
const TARGET_NAMES = ['x-original-uri', 'x-forwarded-uri', 'x-original-url'] as const;
const METHOD_SHAPE = /^[A-Za-z][A-Za-z-]{0,19}$/;

/** Reads the original request. Every header that tells of it must tell the same: a proxy sets some of these names and passes the
 *  client's own others on, so two answers mean that one of them may be a stranger's. */
export function originalRequest(dialect: Dialect, asked: AskedRequest): OriginalRequest {
  const { headers } = asked;
  if (headers.repeated !== null) {
    return { kind: 'conflict', detail: `The header ${headers.repeated} came more than once.` };
  }
  const told = dialect.original(asked);
  if (told.method === null || told.target === null) {
    const what = told.method === null ? 'method' : 'URI';
    return {
      kind: 'untold',
      detail: `The proxy does not tell the ${what} of the original request. ${dialect.howToTell}`,
    };
  }
  if (!METHOD_SHAPE.test(told.method))
    return { kind: 'conflict', detail: 'The original method is no HTTP method.' };
  const method = told.method.toUpperCase();
  const target = requestTarget(told.target);
  for (const name of METHOD_NAMES) {
    const value = toldElse(headers, name, told.method);
    if (value !== null && value.toUpperCase() !== method) return contradiction(name, 'method');
  }
  for (const name of TARGET_NAMES) {
    const value = toldElse(headers, name, told.target);
    if (value !== null && requestTarget(value) !== target) return contradiction(name, 'URI');
  }
  return { kind: 'known', method, target };
}

/** What a header tells otherwise; null when it tells nothing or just the same. */
function toldElse(
  { single }: ProxyHeaders,
  name: (typeof METHOD_NAMES | typeof TARGET_NAMES)[number],
  told: string,
): string | null {
  const value = single[name];
  return value === undefined || value === '' || value === told ? null : value;
}

function contradiction(name: string, what: string): OriginalRequest {
  return {
    kind: 'conflict',
    detail: `The header ${name} contradicts what else is told of the original ${what}. Let the proxy remove it from requests of clients.`,
  };
}

/** Path and query of a URI, scheme and host taken off. Node reads header bytes as Latin-1: what is not ASCII is percent-encoded
 *  byte by byte, which is how it would have been sent in ASCII. */
function requestTarget(uri: string): string {
  const path = uri.startsWith('/') ? uri : uri.replace(/^https?:\/\/[^/?#]*/i, '');
  // eslint-disable-next-line no-control-regex -- what is looked for is everything that is not ASCII
  if (!/[^\x00-\x7f]/.test(path)) return path;
  return path.replaceAll(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
