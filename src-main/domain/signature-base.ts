import { pathWithoutQuery } from './normalise-path.ts';
import type { SignatureInput } from './signature-fields.ts';

/** What the asking side tells of a signed request. Absent = not told, and what was signed of it cannot be checked. */
export interface SignedMessage {
  readonly method: string;
  /** As it came; a query string behind it counts where `query` is absent. */
  readonly path: string;
  /** With its question mark; empty without a query. */
  readonly query?: string | undefined;
  readonly scheme?: string | undefined;
  readonly authority?: string | undefined;
  /** Other fields that were signed, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The text that was signed (RFC 9421, section 2.5), or why it cannot be made, as a sentence. */
export type SignatureBase =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** Makes the signature base of a request. Fields are taken as they were told, trimmed; of several with one name the joined value. */
export function signatureBase({ components, text }: SignatureInput, message: SignedMessage): SignatureBase {
  const lines: string[] = [];
  for (const name of components) {
    const value = name.startsWith('@') ? derivedValue(name, message) : fieldValue(name, message);
    if (value === null) {
      const why = `The signature covers ${name}, which was not told, or cannot be checked here.`;
      return { ok: false, why };
    }
    // A line break in a value would be read as one more line of the base.
    if (/[^\t -~]/.test(value))
      return { ok: false, why: `The value of ${name} has characters other than ASCII.` };
    lines.push(`"${name}": ${value}`);
  }
  lines.push(`"@signature-params": ${text}`);
  return { ok: true, text: lines.join('\n') };
}

/** The query string with its question mark; empty without one. */
export function queryOf({ path, query }: SignedMessage): string {
  return query ?? path.slice(pathWithoutQuery(path).length);
}

function derivedValue(name: string, message: SignedMessage): string | null {
  const { method, scheme } = message;
  const path = pathWithoutQuery(message.path);
  const query = queryOf(message);
  const authority = authorityOf(message);
  switch (name) {
    case '@method':
      return method;
    case '@path':
      return path === '' ? '/' : path;
    case '@query':
      return query === '' ? '?' : query;
    case '@request-target':
      return `${path}${query}`;
    case '@authority':
      return authority;
    case '@scheme':
      return scheme?.toLowerCase() ?? null;
    case '@target-uri':
      return scheme === undefined || authority === null
        ? null
        : `${scheme.toLowerCase()}://${authority}${path}${query}`;
    default:
      return null;
  }
}

/** Lower case, without the port that goes without saying. */
function authorityOf({ authority, scheme }: SignedMessage): string | null {
  if (authority === undefined) return null;
  const usualPort = scheme?.toLowerCase() === 'http' ? /:80$/ : /:443$/;
  return authority.trim().toLowerCase().replace(usualPort, '');
}

function fieldValue(name: string, { headers }: SignedMessage): string | null {
  if (headers === undefined || !Object.hasOwn(headers, name)) return null;
  return headers[name]?.trim() ?? null;
}
