import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { JsonObject } from './json-object.ts';
import { readOpenapiRoutes } from './openapi-routes.ts';
import { readOpenapiText } from './openapi-text.ts';

function readText(text: string) {
  const { document, lineOfPath, problems } = readOpenapiText(text);
  return readOpenapiRoutes(document, lineOfPath, problems);
}

const read = (document: JsonObject) => readOpenapiRoutes(document, () => null);
const names = (document: JsonObject) => read(document).routes.map((route) => `${route.method} ${route.path}`);

function refusalOf(work: () => unknown): { code: ErrorCode; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was refused.');
}

const ITEMS = {
  '/items': {
    get: { tags: ['Stock', 'Other'], summary: 'List items' },
    post: { description: 'Add one.\nMore.' },
  },
  '/items/{id}': { parameters: [], summary: 'not an operation', delete: {} },
};

describe('an OpenAPI document', () => {
  it.each([
    ['Swagger 2.0', { swagger: '2.0', paths: ITEMS }],
    ['OpenAPI 3.0', { openapi: '3.0.3', paths: ITEMS }],
    ['OpenAPI 3.1', { openapi: '3.1.1', paths: ITEMS }],
    ['OpenAPI 3.2', { openapi: '3.2.0', paths: ITEMS }],
  ])('of the version %s gives its operations, from an object, JSON and YAML alike', (_version, document) => {
    const expected = {
      routes: [
        { method: 'GET', path: '/items', group: 'Stock', summary: 'List items' },
        { method: 'POST', path: '/items', group: 'items', summary: 'Add one.' },
        { method: 'DELETE', path: '/items/{id}', group: 'items', summary: '' },
      ],
      problems: [],
    };
    expect(read(document)).toEqual(expected);
    expect(readText(JSON.stringify(document, null, 2))).toEqual(expected);
    expect(readText(stringify(document))).toEqual(expected);
  });

  it('takes a version that YAML read as a number', () => {
    expect(readText('swagger: 2.0\npaths:\n  /a:\n    get: {}').routes).toHaveLength(1);
    expect(readText('openapi: 3.1\npaths:\n  /a:\n    get: {}').routes).toHaveLength(1);
  });

  it('of another kind or version is refused', () => {
    for (const document of [
      {},
      { paths: ITEMS },
      { swagger: '1.2' },
      { openapi: '4.0.0' },
      { openapi: {} },
    ]) {
      expect(refusalOf(() => read(document)).code).toBe('IMPORT_UNREADABLE');
    }
  });

  it('puts the path of the server before every path, but groups without it', () => {
    const paths = { '/items': { get: {} } };
    const first = (document: JsonObject) => read(document).routes[0];
    expect(first({ swagger: '2.0', basePath: '/v2/', paths })).toMatchObject({
      path: '/v2/items',
      group: 'items',
    });
    const withServer = (url: string) =>
      first({ openapi: '3.0.0', servers: [{ url }, { url: '/no' }], paths })?.path;
    expect(withServer('https://api.example/v1')).toBe('/v1/items');
    expect(withServer('https://{region}.api.example:8443/v1/')).toBe('/v1/items');
    expect(withServer('//api.example/a/b?x#y')).toBe('/a/b/items');
    expect(withServer('/v3')).toBe('/v3/items');
    expect(withServer('https://api.example')).toBe('/items');
    expect(withServer('/')).toBe('/items');
    expect(first({ swagger: '2.0', basePath: '/', paths })?.path).toBe('/items');
  });

  it('leaves out a server path with variables, and says so', () => {
    const document = { openapi: '3.0.0', servers: [{ url: 'https://api.example/{version}' }], paths: ITEMS };
    expect(names(document)).toContain('GET /items');
    expect(read(document).problems).toMatchObject([{ line: null, where: 'servers.0.url' }]);
  });

  it('follows the servers of a path or an operation before those of the document', () => {
    const document = {
      openapi: '3.0.0',
      servers: [{ url: '/v1' }],
      paths: {
        '/a': { servers: [{ url: '/v2' }], get: {}, post: { servers: [{ url: '/v3' }] } },
        '/b': { get: {} },
      },
    };
    expect(names(document)).toEqual(['GET /v2/a', 'POST /v3/a', 'GET /v1/b']);
  });

  it('follows references inside the document and reports all others', () => {
    const document = {
      openapi: '3.1.0',
      paths: {
        '/a': { $ref: '#/components/pathItems/A~1B' },
        '/b': { $ref: 'https://elsewhere.example/paths.yaml#/b' },
        '/c': { $ref: './c.yaml' },
        '/d': { $ref: '#/components/pathItems/Missing' },
        '/e': { $ref: '#/components/pathItems/Round' },
        '/f': { $ref: '#/paths/~1a', post: {} },
        '/g': { $ref: '#/__proto__' },
      },
      components: {
        pathItems: { 'A/B': { get: { summary: 'A' } }, Round: { $ref: '#/components/pathItems/Round' } },
      },
    };
    const { routes, problems } = read(document);
    expect(routes.map((route) => `${route.method} ${route.path}`)).toEqual(['GET /a', 'GET /f', 'POST /f']);
    expect(problems.map((problem) => problem.where)).toEqual([
      'paths./b',
      'paths./c',
      'paths./d',
      'paths./e',
      'paths./g',
    ]);
    expect(problems[0]?.message).toContain('not fetched');
  });

  it('is imported in part: what does not fit is reported by name, the rest is taken', () => {
    const document = {
      openapi: '3.2.0',
      paths: {
        '/good': { get: {}, trace: {}, query: {}, additionalOperations: { COPY: {} } },
        'no-slash': { get: {} },
        '/null': null,
        '/list': { get: [] },
        '/report.{format}': { get: {} },
        '/a/../b': { get: {} },
        [`/${'x'.repeat(256)}`]: { get: {} },
        'x-internal': { get: {} },
      },
    };
    const { routes, problems } = read(document);
    expect(routes.map((route) => route.path)).toEqual(['/good']);
    expect(problems.map((problem) => problem.where)).toEqual([
      'paths./good.trace',
      'paths./good.query',
      'paths./good.COPY',
      'paths.no-slash',
      'paths./null',
      'paths./list.get',
      'paths./report.{format}.get',
      'paths./a/../b.get',
      `paths./${'x'.repeat(256)}.get`,
    ]);
    for (const problem of problems) expect(problem.message).toMatch(/\.$/);
  });

  it('without paths is no error, but says so', () => {
    expect(read({ openapi: '3.1.0' })).toMatchObject({ routes: [], problems: [{ where: 'paths' }] });
    expect(read({ openapi: '3.1.0', paths: [] })).toMatchObject({
      routes: [],
      problems: [{ where: 'paths' }],
    });
  });

  it('cannot hide or reorder text in a list', () => {
    const get = { tags: ['Sto\u202eck\u0000'], summary: ` A\u200b long\n\tsummary ${'x'.repeat(400)}` };
    const [route] = read({ openapi: '3.1.0', paths: { '/a': { get } } }).routes;
    expect(route?.group).toBe('Sto ck');
    expect(route?.summary).toMatch(/^A long summary x+$/);
    expect(route?.summary).toHaveLength(300);
  });

  it('with thousands of faults lists 200 and counts the rest', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`bad${String(index)}`, { get: {} }]),
    );
    const { problems } = read({ openapi: '3.1.0', paths });
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)?.message).toContain('800');
  });
});
