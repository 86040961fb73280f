import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDialectHouse } from './dialect-world.test-support.ts';
import { openApiDocument } from './openapi-document.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

const paths = Object.entries(Object(openApiDocument('1.2.3')['paths']) as Record<string, object>);

/** Answers the status of one call without a token. */
async function statusOf(method: string, path: string): Promise<number> {
  const url = `${world.house.service.url}${path.replace('{path}', 'inventory/42')}`;
  const body = method === 'POST' ? { body: '{}' } : {};
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method, headers, ...body });
  await response.arrayBuffer();
  return response.status;
}

test('every operation of the OpenAPI document is served, and other methods are told so', async () => {
  expect(paths.length).toBeGreaterThan(15);
  for (const [path, operations] of paths) {
    const methods = Object.keys(operations).map((method) => method.toUpperCase());
    for (const method of methods) {
      // Nothing is there: that is its own answer, a page, and not the one of an address that is not served.
      if ((path === '/h/{token}' || path === '/products/{slug}') && method === 'GET') continue;
      expect([404, 405], `${method} ${path}`).not.toContain(await statusOf(method, path));
    }
    // Proxies ask with the method of their client.
    if (path.startsWith('/forward-auth/')) continue;
    expect(await statusOf('DELETE', path), `DELETE ${path}`).toBe(405);
  }
  expect(await statusOf('GET', '/v1/nothing')).toBe(404);
  expect(await statusOf('GET', '/forward-auth/nothing')).toBe(404);
});

test('every address that the listener names is in the OpenAPI document', () => {
  const source = readFileSync(new URL('service-server.ts', import.meta.url), 'utf8');
  const named = [...source.matchAll(/'(\/[\w./-]+)'/g)].map(([, path = '']) => path);
  expect(named).toContain('/v1/verify');
  const described = paths.map(([path]) => path);
  for (const path of named) expect(described).toContain(path);
});
