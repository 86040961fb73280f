import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'playwright/test';

const out = process.env['LATCHKEY_OUT_DIR'] ?? resolve(import.meta.dirname, '../out');
const INITIAL_SCRIPT_KB_MAX = 300;

/** Every specifier that a built file and the files it imports name. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const found = new Set<string>();
  const statement = /(?:\bfrom|\bimport)\s*\(?\s*["'`]([^"'`]+)["'`]/g;
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(statement)) {
    found.add(specifier);
    const next = resolve(dirname(file), specifier);
    // Comments of bundled packages name files of theirs.
    if (!specifier.startsWith('.') || !/\.c?js$/.test(next) || !existsSync(next)) continue;
    for (const deeper of importsOf(next, seen)) found.add(deeper);
  }
  return found;
}

/** The text of these files and of all that they import by a statement: `import(…)` comes later. */
function loadedAtStart(entries: readonly string[]): string {
  const files = new Set(entries);
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:\bfrom|\bimport)\s*["'`](\.\/[^"'`]+)["'`]/g,
    ))
      files.add(resolve(dirname(file), name));
  }
  return [...files].map((file) => readFileSync(file, 'utf8')).join('\n');
}

test('the headless server, the command line and the worker know nothing of Electron', () => {
  for (const name of ['headless.js', 'latchkey.js', 'requests-worker.js']) {
    const imports = importsOf(join(out, 'main', name));
    expect(imports.size, name).toBeGreaterThan(1);
    expect(
      [...imports].filter((specifier) => /^electron(\/|$)/.test(specifier)),
      name,
    ).toEqual([]);
  }
  expect([...importsOf(join(out, 'main', 'index.js'))]).toContain('electron');
});

test('a start of the server loads neither Express nor the administration', () => {
  const chunks = join(out, 'main', 'chunks');
  const files = readdirSync(chunks).filter((name) => name.startsWith('run-headless') && name.endsWith('.js'));
  const loaded = loadedAtStart(files.map((name) => join(chunks, name)));
  // Not `toContain`: it would print the whole program.
  const has = (text: string) => loaded.includes(text);
  expect(has('function startServiceServer(')).toBe(true);
  expect(has('function createHandlers(')).toBe(false);
  expect(has('strict routing')).toBe(false);
  expect(/(?:\bfrom|\bimport)\s*["'`]node:http["'`]/.test(loaded)).toBe(false);
});

test("the log's thread starts without the library for schemas, a tenth of its memory", () => {
  const loaded = loadedAtStart([join(out, 'main', 'requests-worker.js')]);
  expect(loaded.includes('class LogWorker') || loaded.includes('LogWorker=class')).toBe(true);
  expect(loaded.includes('_zod')).toBe(false);
});

test('the preload is one CommonJS file that requires Electron and nothing else', () => {
  const preload = readFileSync(join(out, 'preload', 'index.cjs'), 'utf8');
  const required = [...preload.matchAll(/\brequire\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(([, name]) => name);
  expect(new Set(required)).toEqual(new Set(['electron']));
  expect(preload).not.toMatch(/^\s*import\s/m);
});

test('the page has no inline script, asks nobody else for anything, and starts small', () => {
  const renderer = join(out, 'renderer');
  const html = readFileSync(join(renderer, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/\son[a-z]+=/);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const initial = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, name = '']) =>
    join(renderer, name),
  );
  expect(initial.length).toBeGreaterThan(0);
  const bytes = initial.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  test
    .info()
    .annotations.push({ type: 'initial script', description: `${(bytes / 1024).toFixed(0)} KiB gzip` });
  expect(bytes / 1024).toBeLessThan(INITIAL_SCRIPT_KB_MAX);
  const styles = readdirSync(join(renderer, 'assets')).filter((name) => name.endsWith('.css'));
  expect(styles.every((name) => statSync(join(renderer, 'assets', name)).size < 200 * 1024)).toBe(true);
});

test('Recharts is a file of its own, which only screens with charts load', () => {
  const assets = join(out, 'renderer', 'assets');
  const files = readdirSync(assets).filter((name) => name.endsWith('.js'));
  const textOf = (name: string) => readFileSync(join(assets, name), 'utf8');
  const charts = files.filter((name) => textOf(name).includes('recharts-surface'));
  expect(charts).toEqual([expect.stringMatching(/^recharts-[\w-]+\.js$/)]);
  const [chart = ''] = charts;
  // Nothing of ours, which changes more often.
  expect(textOf(chart).includes('data-testid')).toBe(false);
  // Only what is imported by a statement: `import(…)` comes later.
  const imported = (name: string) =>
    [...textOf(name).matchAll(/\b(?:from|import)["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, next = '']) => next);
  const start = new Set(files.filter((name) => name.startsWith('index-')));
  expect(start.size).toBe(1);
  for (const name of start) for (const next of imported(name)) start.add(next);
  expect(start.size).toBeGreaterThan(10);
  expect([...start]).not.toContain(chart);
  // A file that it needs and that needs it would run before it can.
  expect(imported(chart).filter((name) => !start.has(name))).toEqual([]);
});
