import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findUiFile } from './ui-files.ts';

let folder: string;
let root: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-static-'));
  root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(root, '.git'));
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(folder, 'renderer-two.js'), 'secret');
  writeFileSync(join(root, '.git', 'config.js'), 'secret');
  writeFileSync(join(root, 'notes.txt'), 'secret');
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'app-1a2b.js'), 'ok');
  symlinkSync(join(folder, 'secret.js'), join(root, 'assets', 'link.js'));
  symlinkSync(folder, join(root, 'up'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the files of the UI are found, and only assets may be kept by the browser', async () => {
  expect(await findUiFile(root, '/index.html')).toMatchObject({ isImmutable: false, sizeBytes: 15 });
  expect(await findUiFile(root, '/assets/app-1a2b.js')).toMatchObject({ isImmutable: true });
});

test.each([
  '/../secret.js',
  '/assets/../../secret.js',
  '/..%2fsecret.js',
  '/%2e%2e/secret.js',
  '/..\\secret.js',
  '/assets/link.js',
  '/up/secret.js',
  '/.git/config.js',
  '/notes.txt',
  '/assets',
  '/assets/',
  '//secret.js',
  '/index.html/',
  '/index.html\0.js',
  '/assets/./app-1a2b.js',
  '/C:/secret.js',
  '/-two.js',
])('%j names no file', async (path) => {
  expect(await findUiFile(root, path)).toBeNull();
});

test('no mixture of dots, slashes, escapes and names leads outside', async () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '//',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    'assets',
    'secret.js',
    'up',
    '\0',
    '.git',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
      const found = await findUiFile(root, `/${pieces.join('')}`);
      expect(found === null || found.path.startsWith(join(root, ''))).toBe(true);
      expect(found?.path ?? '').not.toContain('secret');
    }),
    { numRuns: 1_000 },
  );
});
