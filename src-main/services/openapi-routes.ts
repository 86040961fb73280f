import { isObject, type JsonObject } from './json-object.ts';
import { RouteCollector, type ImportProblem, type ReadRoutes } from './import-route.ts';
import { unreadable } from './openapi-text.ts';
import { serverPrefix } from './server-prefix.ts';

// Methods of OpenAPI. The catalogue has no TRACE and no QUERY: those are reported.
const METHOD_FIELDS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'] as const;

/** Longest chain of references that is followed. */
const REFERENCES_MAX = 10;

/** Reads the operations of an OpenAPI 3.x or Swagger 2.0 document. Only references inside the document are followed;
 *  others are reported and never fetched. Throws IMPORT_UNREADABLE for another kind of document. */
export function readOpenapiRoutes(
  document: JsonObject,
  lineOfPath: (path: string) => number | null,
  problems: readonly ImportProblem[] = [],
): ReadRoutes {
  const version = checkVersion(document);
  const collector = new RouteCollector();
  for (const problem of problems) collector.problem({ ...problem, line: () => problem.line });
  const { paths } = document;
  if (!isObject(paths) || Object.keys(paths).length === 0) {
    collector.problem({ line: () => null, where: 'paths', message: 'The document has no paths.' });
    return collector.read();
  }
  const root = serverPrefix(version, document);
  if (root.problem !== null) collector.problem({ line: () => null, ...root.problem });
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    readPath(collector, {
      document,
      version,
      rootPrefix: root.prefix,
      path,
      item,
      line: () => lineOfPath(path),
    });
  }
  return collector.read();
}

/** The kinds of document that can be read. */
export type OpenapiVersion = 'swagger2' | 'openapi3';

interface PathEntry {
  readonly document: JsonObject;
  readonly version: OpenapiVersion;
  readonly rootPrefix: string;
  readonly path: string;
  readonly item: unknown;
  readonly line: () => number | null;
}

function checkVersion(document: JsonObject): OpenapiVersion {
  const { openapi, swagger } = document;
  // YAML reads an unquoted 2.0 or 3.1 as a number.
  if (swagger === 2 || swagger === '2.0') return 'swagger2';
  if (typeof openapi === 'number' || typeof openapi === 'string') {
    if (/^3(?:\.|$)/.test(String(openapi))) return 'openapi3';
  }
  if (openapi === undefined && swagger === undefined) {
    throw unreadable(
      'This is not an OpenAPI document: it has neither openapi nor swagger. Paste the whole file.',
    );
  }
  throw unreadable('Only OpenAPI 3.x and Swagger 2.0 can be imported. Convert the document first.');
}

function readPath(collector: RouteCollector, entry: PathEntry): void {
  const { path, line } = entry;
  const where = `paths.${path}`;
  const item = resolve(entry.document, entry.item);
  if (typeof item === 'string') return collector.problem({ line, where, message: item });
  if (!path.startsWith('/')) {
    return collector.problem({ line, where, message: 'A path starts with /. This one was left out.' });
  }
  for (const field of METHOD_FIELDS) {
    if (item[field] !== undefined) readOperation(collector, { ...entry, item }, field, item[field]);
  }
  // OpenAPI 3.2: methods that have no field of their own.
  const others = isObject(item['additionalOperations']) ? item['additionalOperations'] : {};
  for (const [method, value] of Object.entries(others)) {
    readOperation(collector, { ...entry, item }, method, value);
  }
}

function readOperation(
  collector: RouteCollector,
  entry: PathEntry & { readonly item: JsonObject },
  methodField: string,
  value: unknown,
): void {
  const { path, line } = entry;
  const from = { line, where: `paths.${path}.${methodField}` };
  const operation = resolve(entry.document, value);
  if (typeof operation === 'string') return collector.problem({ ...from, message: operation });
  // Servers nearer to the operation replace those of the document.
  const nearest = operation['servers'] !== undefined ? operation : entry.item;
  const own = nearest['servers'] === undefined ? null : serverPrefix(entry.version, nearest);
  if (own !== null && own.problem !== null) {
    collector.problem({ line, where: `${from.where}.${own.problem.where}`, message: own.problem.message });
  }
  const { tags, summary, description } = operation;
  const firstTag: unknown = Array.isArray(tags) ? tags[0] : undefined;
  collector.add(from, {
    method: methodField.toUpperCase(),
    path: (own ?? { prefix: entry.rootPrefix }).prefix + path,
    groupPath: path,
    group: typeof firstTag === 'string' ? firstTag : undefined,
    summary: typeof summary === 'string' ? summary : firstLine(description),
  });
}

function firstLine(description: unknown): string {
  if (typeof description !== 'string') return '';
  return description.trim().split('\n', 1)[0] ?? '';
}

/** The object that `value` is or refers to inside the document; else a sentence that says why there is none. */
function resolve(document: JsonObject, value: unknown): JsonObject | string {
  let current = value;
  for (let step = 0; step <= REFERENCES_MAX; step += 1) {
    if (!isObject(current)) return 'An object is expected here. This entry was left out.';
    const reference: unknown = current['$ref'];
    if (reference === undefined) return current;
    if (typeof reference !== 'string' || !reference.startsWith('#')) {
      return 'This points to another document, which is not fetched. Bundle the documents into one first.';
    }
    const target = lookUp(document, reference);
    if (target === undefined) return 'This points to a part that the document does not have.';
    // Fields beside the reference add to what it points to.
    const { $ref: _reference, ...beside } = current;
    current = isObject(target) ? { ...target, ...beside } : target;
  }
  return 'This points around in a circle.';
}

function lookUp(document: JsonObject, reference: string): unknown {
  let current: unknown = document;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = unescapePointer(part);
    if (name === null || !isObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

function unescapePointer(part: string): string | null {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}
