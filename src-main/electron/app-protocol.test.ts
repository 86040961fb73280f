import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveBundle } from './app-protocol.ts';
import { HOSTILE_URLS, TRAVERSAL_PATHS } from './hostile.test-support.ts';

let parent: string;
let get: (url: string, method?: string) => Promise<Response>;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'latchkey-bundle-'));
  const folder = join(parent, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'assets', 'app.js'), 'go()');
  writeFileSync(join(folder, 'notes.txt'), 'private');
  writeFileSync(join(folder, 'app.js.map'), 'private');
  // What an escape would find.
  mkdirSync(join(parent, 'renderer-secret'));
  for (const place of [parent, join(parent, 'renderer-secret')])
    writeFileSync(join(place, 'secret.html'), 'private');
  serveBundle(
    {
      handle: (_scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
        get = async (url, method = 'GET') => handler({ url, method } as Request);
      },
    },
    folder,
  );
});

afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

describe('app://bundle', () => {
  it('serves the page and its parts with their kind', async () => {
    const page = await get('app://bundle/');
    expect(await page.text()).toBe('<!doctype html>page');
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    const script = await get('app://bundle/assets/app.js?x=1#y');
    expect(await script.text()).toBe('go()');
    expect(script.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
  });

  it('sends the content policy and its companions with every answer', async () => {
    for (const url of ['app://bundle/index.html', 'app://bundle/missing.html']) {
      const { headers } = await get(url);
      expect(headers.get('Content-Security-Policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
          "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; worker-src 'none'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
      );
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it('leads out of the folder by none of 1,000 paths', async () => {
    expect(TRAVERSAL_PATHS.length).toBeGreaterThan(1_000);
    const found = [];
    for (const path of TRAVERSAL_PATHS) {
      const response = await get(`app://bundle${path}`);
      if (response.status !== 404) found.push(path);
    }
    expect(found).toEqual([]);
  });

  it('does not mistake a neighbour whose name begins alike for the folder', async () => {
    expect((await get('app://bundle/..%2frenderer-secret%2fsecret.html')).status).toBe(404);
  });

  it('serves kinds of file on its list only, and no folder', async () => {
    for (const path of ['notes.txt', 'app.js.map', 'assets', 'assets/', 'index', 'index.html%00.js']) {
      expect((await get(`app://bundle/${path}`)).status, path).toBe(404);
    }
  });

  it('answers no other address and no other method', async () => {
    for (const url of HOSTILE_URLS) expect((await get(url)).status, url).toBe(404);
    expect((await get('app://bundle/index.html', 'POST')).status).toBe(404);
  });
});
