import { METHODS, PATTERN_CHARACTERS_MAX } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { isNameOfOne } from './name-of-one.ts';
import { normalisePath } from './normalise-path.ts';

/** Texts in a path that a pattern would read as wildcards. */
const PATTERN_CHARACTERS = /[*{}]/;
/** Short ids with a prefix: `ord_8f3k`. */
const PREFIXED_ID = /^[a-z]{2,8}[_-](?=[\w-]*\d)[\w-]{3,}$/i;
/** A first segment that says nothing of what was asked for: `/v1/…`, `/api/…`. */
const VERSION = /^(?:v\d+|api)$/i;
/** Segments, beside a version, that say what a request is about; those below are parts of it. */
const TOPIC_SEGMENTS = 2;

/** What a request asked for, whichever one of its kind it was: `GET /items/*` for `/items/482`. Null where no rule can say it. */
export function endpointShape(method: string, path: string): string | null {
  const asked = normalisePath(path);
  if (!asked.ok || !METHODS.some((known) => known === method) || PATTERN_CHARACTERS.test(asked.path))
    return null;
  const texts = asked.path.slice(1).split('/');
  const pattern = asked.segments.map((segment, index) =>
    isNameOfOne(segment) || PREFIXED_ID.test(segment) ? '*' : (texts[index] ?? ''),
  );
  const text = `/${pattern.join('/')}`;
  return text.length <= PATTERN_CHARACTERS_MAX ? `${method} ${text}` : null;
}

/** The rule that allows a shape and nothing else. */
export function ruleOfShape(shape: string): Rule | null {
  const gap = shape.indexOf(' ');
  const method = METHODS.find((known) => known === shape.slice(0, gap));
  return method === undefined ? null : { effect: 'allow', methods: [method], path: shape.slice(gap + 1) };
}

/** The beginning of a shape, by which two callers are compared: `GET /v1/items`. */
export function topicOf(shape: string): string {
  const [head = '', ...segments] = shape.split('/');
  const topic = VERSION.test(segments[0] ?? '') ? TOPIC_SEGMENTS + 1 : TOPIC_SEGMENTS;
  const kept = segments.slice(0, topic);
  return `${head}/${kept.filter((segment) => segment !== '*').join('/')}`;
}
