import { PATTERN_CHARACTERS_MAX } from '#contract/http-methods.ts';

/** One segment of a path pattern: a literal text, any one segment (`*`, `{name}`) or the rest (`**`, only last). */
export type Segment = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'any' | 'rest' };

/** A path pattern as segments, or one sentence saying what is wrong with it. */
export type ParsedPath =
  | { readonly ok: true; readonly segments: readonly Segment[] }
  | { readonly ok: false; readonly message: string };

/** How much of the right pattern the left one covers: every path, some paths, or none. */
export type Coverage = 'all' | 'some' | 'none';

/**
 * Splits a path pattern for display logic (grid, counts, flags). The server compiles rules with its own code and has
 * the last word; the tests compare both.
 */
export function parsePath(path: string): ParsedPath {
  const problem = pathProblem(path);
  if (problem !== null) return { ok: false, message: problem };
  const texts = path.slice(1).split('/');
  const segments: Segment[] = [];
  for (const [index, text] of texts.entries()) {
    const isLast = index === texts.length - 1;
    if (text === '**') {
      if (!isLast)
        return { ok: false, message: '** stands for the rest of the path: it can only come last.' };
      segments.push({ kind: 'rest' });
    } else if (text === '*' || /^\{[^{}*/]+\}$/.test(text)) {
      segments.push({ kind: 'any' });
    } else if (/[*{}]/.test(text)) {
      return { ok: false, message: `“${text}”: * and {name} stand for one whole segment.` };
    } else {
      segments.push({ kind: 'literal', text: decodedSegment(text) });
    }
  }
  return { ok: true, segments };
}

function pathProblem(path: string): string | null {
  if (!path.startsWith('/')) return 'A path starts with /.';
  if (path.length > PATTERN_CHARACTERS_MAX)
    return `A path has at most ${String(PATTERN_CHARACTERS_MAX)} characters.`;
  if (/[?#]/.test(path)) return 'Leave out the query: only the path is compared.';
  if (/[\s\p{Cc}]/u.test(path) || !path.isWellFormed()) return 'A path has no spaces or control characters.';
  if (path.includes(';'))
    return 'A raw semicolon never matches a request. Write %3B when it belongs to a name.';
  if (path.includes('//')) return 'Double slashes never match a request. Remove one.';
  if (/%2f|%5c|\\/i.test(path)) return 'Encoded slashes and backslashes never match a request.';
  if (path.includes('%00') || path.split('/').some((part) => !isDecodable(part))) {
    return 'The percent-encoding of this path is not valid.';
  }
  if (path.split('/').some((part) => /^\.{1,2}(?:;|$)/.test(decodedSegment(part)))) {
    return 'Dot segments never match a request.';
  }
  if (/%(?:25)*(?:2e|2f|5c)/i.test(decodedSegment(path))) {
    return 'Doubly encoded dots, slashes and backslashes never match a request.';
  }
  return null;
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text).isWellFormed();
  } catch {
    return false;
  }
}

/** Rules are compared with percent-decoded paths: `/caf%C3%A9` and `/café` are one. */
function decodedSegment(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}

/** Does every, some or no path of `right` match `left`? A `{name}` of `right` stands for any one segment. */
export function coverage(left: readonly Segment[], right: readonly Segment[]): Coverage {
  let result: Coverage = 'all';
  for (let index = 0; ; index += 1) {
    const a = left[index];
    const b = right[index];
    if (a === undefined && b === undefined) return result;
    // `/inventory/**` also takes `/inventory/` but not `/inventory`, which is another path.
    if (a?.kind === 'rest') return b === undefined ? 'none' : result;
    if (b?.kind === 'rest') return a === undefined ? 'none' : 'some';
    if (a === undefined || b === undefined) return 'none';
    const step = segmentCoverage(a, b);
    if (step === 'none') return 'none';
    if (step === 'some') result = 'some';
  }
}

function segmentCoverage(a: Segment, b: Segment): Coverage {
  if (a.kind === 'any') return b.kind === 'literal' && b.text === '' ? 'none' : 'all';
  if (b.kind === 'any') return a.kind === 'literal' && a.text === '' ? 'none' : 'some';
  if (a.kind === 'literal' && b.kind === 'literal') return a.text === b.text ? 'all' : 'none';
  return 'none';
}
