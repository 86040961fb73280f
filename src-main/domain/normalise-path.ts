/** A path ready to be compared. `segments` are percent-decoded; a trailing slash shows as a last empty one. */
export type NormalisedPath =
  { readonly ok: true; readonly path: string; readonly segments: readonly string[] } | Refused;

interface Refused {
  readonly ok: false;
  /** A sentence for the caller. */
  readonly reason: string;
}

/** Brings a request path into the one form that rules are compared with: query cut off, percent-decoded once as UTF-8.
 *  What servers read in different ways is refused, because a deny rule could be walked around with it. Linear. */
export function normalisePath(raw: string): NormalisedPath {
  const path = pathWithoutQuery(raw);
  // Nearly all paths have nothing in them that could be read in two ways.
  if (PLAIN_PATH.test(path) && !path.includes('//')) {
    return { ok: true, path, segments: plainSegments(path) };
  }
  if (!path.startsWith('/')) return refused('The path does not start with /.');
  const fault = rawFault(path);
  if (fault !== null) return refused(fault);
  const segments = path.slice(1).split('/');
  const last = segments.length - 1;
  for (let index = 0; index <= last; index += 1) {
    const segment = segments[index] ?? '';
    if (segment === '' && index < last) return refused('The path has a double slash.');
    const decoded = segment.includes('%') ? percentDecoded(segment) : segment;
    if (typeof decoded !== 'string') return decoded;
    if (isDotSegment(decoded)) return refused('The path has a dot segment (. or ..).');
    if (TWICE_ENCODED.test(decoded)) {
      return refused('The path has a doubly encoded dot, slash or backslash.');
    }
    segments[index] = decoded;
  }
  return { ok: true, path, segments };
}

/** What `path.slice(1).split('/')` gives, at a fifth of its time: that goes through the runtime, which looks each piece up among all names. */
function plainSegments(path: string): readonly string[] {
  const segments: string[] = [];
  let start = 1;
  for (let end = path.indexOf('/', start); end !== -1; end = path.indexOf('/', start)) {
    segments.push(path.slice(start, end));
    start = end + 1;
  }
  segments.push(path.slice(start));
  return segments;
}

/** No escape, no dot, nothing that has a meaning in a URL. */
const PLAIN_PATH = /^\/[\w~/-]*$/;

/** What is left of a dot, slash or backslash that was encoded twice or more often. Servers behind a proxy decode again. */
const TWICE_ENCODED = /%(?:25)*(?:2e|2f|5c)/i;

/** `raw` up to the first question mark. */
export function pathWithoutQuery(raw: string): string {
  const query = raw.indexOf('?');
  return query === -1 ? raw : raw.slice(0, query);
}

function refused(reason: string): Refused {
  return { ok: false, reason };
}

function rawFault(path: string): string | null {
  if (path.includes('\\')) return 'The path has a backslash.';
  if (path.includes('#')) return 'The path has a fragment (#).';
  // Some servers cut a segment at `;` before they route, so `/admin;x=1` is `/admin` to them. Encoded it is data.
  if (path.includes(';')) return 'The path has a raw semicolon (;).';
  if (path.includes('\0')) return 'The path has a NUL character.';
  // URL parsers drop tabs and line breaks, so `/ad\tmin` could reach `/admin`.
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0001-\u001f\u007f]/.test(path)) return 'The path has a control character.';
  if (!path.isWellFormed()) return 'The path is not valid UTF-8.';
  return null;
}

function percentDecoded(segment: string): string | Refused {
  if (/%(?![0-9A-Fa-f]{2})/.test(segment)) return refused('The path has an invalid percent-encoding.');
  if (/%2f/i.test(segment)) return refused('The path has an encoded slash.');
  if (/%5c/i.test(segment)) return refused('The path has an encoded backslash.');
  if (segment.includes('%00')) return refused('The path has a NUL character.');
  try {
    return decodeURIComponent(segment);
  } catch {
    return refused('The path is not valid UTF-8.');
  }
}

/** Some servers decode, then cut a segment at `;`, and only then resolve dots: `..%3Bx` is `..` to them. */
function isDotSegment(segment: string): boolean {
  if (!segment.startsWith('.')) return false;
  const end = segment.indexOf(';');
  const name = end === -1 ? segment : segment.slice(0, end);
  return name === '.' || name === '..';
}
