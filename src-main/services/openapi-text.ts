import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { AppError } from '#main/platform/app-error.ts';
import { isObject, type JsonObject } from './json-object.ts';
import type { ImportProblem } from './import-route.ts';

/** Anchors may be used, but not to blow a small text up into a large document. */
const ALIASES_MAX = 100;

/** A parsed OpenAPI text. */
export interface OpenapiText {
  readonly document: JsonObject;
  /** 1-based line of the entry of `paths`, where it can be told. */
  readonly lineOfPath: (path: string) => number | null;
  readonly problems: readonly ImportProblem[];
}

/** Reads JSON or YAML. JSON is a quick special case; what its parser refuses is read as YAML, which knows the line.
 *  Throws IMPORT_UNREADABLE with line and reason. */
export function readOpenapiText(text: string): OpenapiText {
  const json = parseJson(text);
  if (json !== null) {
    return { document: json, lineOfPath: jsonLines(text), problems: [] };
  }
  return readYaml(text);
}

/** The refusal of a text or document that is no OpenAPI at all. */
export function unreadable(message: string): AppError {
  return new AppError('IMPORT_UNREADABLE', message, [{ path: 'openapi', message }]);
}

function parseJson(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function readYaml(text: string): OpenapiText {
  const lineCounter = new LineCounter();
  const parsed = guarded(() =>
    parseDocument(text, {
      lineCounter,
      merge: true,
      prettyErrors: false,
      logLevel: 'error',
      // Compares every key with every other. Twice the same path is found below instead.
      uniqueKeys: false,
    }),
  );
  const error = parsed.errors[0];
  if (error !== undefined) {
    const line = String(lineCounter.linePos(error.pos[0]).line);
    throw unreadable(`Line ${line}: ${error.message} Correct the text, then import it again.`);
  }
  const document = guarded((): unknown => parsed.toJS({ maxAliasCount: ALIASES_MAX }));
  if (!isObject(document))
    throw unreadable('This is not an OpenAPI document: it has no fields. Paste the whole file.');
  return { document, ...pathLines(parsed, lineCounter) };
}

/** Runs a part of the YAML reader. It has no other way to refuse than to throw. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReferenceError) {
      throw unreadable('The text uses too many YAML aliases. Write them out, or convert the file to JSON.');
    }
    if (error instanceof RangeError) throw unreadable('The text is nested too deeply to be read.');
    throw error;
  }
}

function pathLines(
  parsed: Document.Parsed,
  lineCounter: LineCounter,
): Pick<OpenapiText, 'lineOfPath' | 'problems'> {
  const lines = new Map<string, number>();
  const problems: ImportProblem[] = [];
  const paths = parsed.get('paths', true);
  for (const { key } of isMap(paths) ? paths.items : []) {
    if (!isScalar(key)) continue;
    const path = String(key.value);
    const line = lineCounter.linePos(key.range?.[0] ?? 0).line;
    if (lines.has(path)) {
      const message = `This path is there twice; the one on line ${String(line)} counts.`;
      problems.push({ line, where: `paths.${path}`, message });
    }
    lines.set(path, line);
  }
  return { lineOfPath: (path) => lines.get(path) ?? null, problems };
}

/** The first line of each field name. One pass, and only when somebody asks: most documents have no fault. */
function jsonLines(text: string): (name: string) => number | null {
  let lines: Map<string, number> | null = null;
  return (name) => {
    lines ??= fieldLines(text);
    return lines.get(JSON.stringify(name)) ?? null;
  };
}

function fieldLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  // A line break, or a string and the colon that makes it a name. Strings are taken whole: linear.
  for (const [whole, name, colon] of text.matchAll(/\n|("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (name !== undefined && colon !== undefined && !lines.has(name)) lines.set(name, line);
    for (const character of colon ?? whole) if (character === '\n') line += 1;
  }
  return lines;
}
