import { isObject, type JsonObject } from './json-object.ts';

/** The part that stands before every path, without a slash at its end, and what could not be used. */
export interface ServerPrefix {
  readonly prefix: string;
  readonly problem: { readonly where: string; readonly message: string } | null;
}

/** Swagger 2.0: `basePath`. OpenAPI 3: the path of the first server, unless variables stand in it. */
export function serverPrefix(version: 'swagger2' | 'openapi3', holder: JsonObject): ServerPrefix {
  if (version === 'swagger2') return prefixOf(holder['basePath'], 'basePath');
  const { servers } = holder;
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined;
  return prefixOf(isObject(first) ? first['url'] : undefined, 'servers.0.url');
}

function prefixOf(url: unknown, where: string): ServerPrefix {
  if (typeof url !== 'string') return { prefix: '', problem: null };
  // `https://api.example/v1`, `//api.example/v1` and `/v1` all say /v1.
  const path = url
    .trim()
    .replace(/^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#]*/, '')
    .replace(/[?#].*$/, '');
  if (path.includes('{')) {
    const message =
      'The path of this server has variables and was left out: paths are imported as they stand.';
    return { prefix: '', problem: { where, message } };
  }
  if (path !== '' && !path.startsWith('/')) {
    const message =
      'This server is relative to where the document lies and was left out: paths are imported as they stand.';
    return { prefix: '', problem: { where, message } };
  }
  return { prefix: path.replace(/\/+$/, ''), problem: null };
}
