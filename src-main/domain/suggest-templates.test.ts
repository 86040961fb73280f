import { expect, it } from 'vitest';
import { suggestTemplates, type ObservedPath } from './suggest-templates.ts';

const seen = (line: string, requests = 1, allowed = 0): ObservedPath => {
  const [method = '', path = ''] = line.split(' ');
  return { method, path, requests, allowed, lastMs: requests };
};
const templates = (lines: readonly string[], catalogue: readonly string[] = []) =>
  suggestTemplates(
    lines.map((line) => seen(line)),
    catalogue.map((path) => ({ path })),
  ).map(({ method, path }) => `${method} ${path}`);

it('paths that differ in an id are one template, with all of their requests and the most frequent as examples', () => {
  const observed = [
    seen('GET /v1/items/482', 5, 5),
    seen('GET /v1/items/483?fields=name', 7, 1),
    seen('GET /v1/items/484', 2),
    seen('GET /v1/items/485', 1),
    seen('DELETE /v1/items/482', 3),
  ];
  expect(suggestTemplates(observed, [])).toEqual([
    {
      method: 'GET',
      path: '/v1/items/{id}',
      requests: 15,
      allowed: 6,
      lastMs: 7,
      pathCount: 4,
      examples: ['/v1/items/483', '/v1/items/482', '/v1/items/484'],
    },
    {
      ...{ method: 'DELETE', path: '/v1/items/{id}', requests: 3, allowed: 0, lastMs: 3 },
      ...{ pathCount: 1, examples: ['/v1/items/482'] },
    },
  ]);
});

it('numbers, UUIDs, long and prefixed ids are ids; words, and versions are not', () => {
  expect(
    templates([
      'GET /a/4f9c1d2e-1111-4222-8333-444455556666',
      'GET /b/ord_8f3k2',
      'GET /c/4f9c1d2e4f9c1d2e4f9c1d2e',
      'GET /v2/health',
      'GET /reports/monthly/',
      'GET /d/7/parts/9',
    ]),
  ).toEqual([
    'GET /a/{id}',
    'GET /b/{id}',
    'GET /c/{id}',
    'GET /d/{id}/parts/{id2}',
    'GET /reports/monthly/',
    'GET /v2/health',
  ]);
});

it('a parameter of the catalogue keeps its name, and its fixed texts stay texts', () => {
  const catalogue = ['/items/{itemId}', '/items/export'];
  expect(templates(['PUT /items/abc', 'GET /items/abc/parts/1', 'PUT /items/export'], catalogue)).toEqual([
    'PUT /items/export',
    'PUT /items/{itemId}',
    'GET /items/{itemId}/parts/{id}',
  ]);
});

it('more than 20 alike texts in one place are names; 20 are not, nor what has something else below', () => {
  const users = (count: number) =>
    Array.from({ length: count }, (_none, n) => `GET /users/u${'x'.repeat(n + 1)}`);
  expect(templates(users(20))).toHaveLength(20);
  expect(templates([...users(21), 'GET /users/me/keys', 'POST /users/ux'])).toEqual([
    'GET /users/{name}',
    'GET /users/me/keys',
    'POST /users/{name}',
  ]);
  const roots = Array.from({ length: 30 }, (_none, n) => `GET /r${'x'.repeat(n + 1)}`);
  expect(templates(roots)).toHaveLength(30);
});

it('a path cannot smuggle a wildcard into the catalogue, and what no pattern can say is left out', () => {
  expect(
    templates([
      'GET /v1/**',
      'GET /v1/{id}',
      'GET /a/../b',
      'GET /a//b',
      'BREW /pot',
      `GET /${'long/'.repeat(60)}`,
      'GET /fine',
    ]),
  ).toEqual(['GET /fine']);
});
