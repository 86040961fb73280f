import { lstatSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { writeFileAtomic } from './write-file-atomic.ts';

/** What the disk was asked for, in order: `sync` of a file by its inode and the bytes it had then, and `rename`. */
const asked = vi.hoisted((): (readonly [string, number, number] | readonly ['rename'])[] => []);

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    fsyncSync: (file: number) => {
      const stat = real.fstatSync(file);
      asked.push([stat.isDirectory() ? 'sync directory' : 'sync file', stat.ino, stat.size]);
      real.fsyncSync(file);
    },
    renameSync: (from: string, to: string) => {
      asked.push(['rename']);
      real.renameSync(from, to);
    },
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-write-'));
  path = join(folder, 'file');
  asked.length = 0;
});

it('the whole content is on the disk before it takes the place of the file, and then the place is', () => {
  writeFileSync(path, 'old');
  writeFileAtomic(path, 'x'.repeat(10_000));
  expect(asked).toEqual([
    ['sync file', statSync(path).ino, 10_000],
    ['rename'],
    ['sync directory', statSync(folder).ino, statSync(folder).size],
  ]);
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(10_000));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('a leftover of a crash, even a link, is neither followed nor kept', () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, `${path}.tmp`);
  writeFileAtomic(path, 'new');
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  expect(lstatSync(path).isFile()).toBe(true);
});
