import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { BALLAST_BYTES, buildBallast, freeBallast } from './ballast.ts';

/** A disk that takes so many bytes, reported as having room for more, and its error after that. */
const disk = vi.hoisted(() => ({ takesBytes: Infinity, code: 'ENOSPC', freeBlocks: 1_000_000 }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const failing = (): Error => Object.assign(new Error(`${disk.code}: write`), { code: disk.code });
  return {
    ...real,
    statfsSync: () => ({ bavail: disk.freeBlocks, bsize: 4_096 }),
    // One call may take less than it was given; the next one fails.
    writeSync: (file: number, bytes: Uint8Array) => {
      const taken = real.writeSync(file, bytes, 0, Math.min(bytes.length, disk.takesBytes));
      if (taken === 0) throw failing();
      return taken;
    },
    writeFileSync: (file: string | number, bytes: Uint8Array) => {
      if (typeof file === 'string' || bytes.length <= disk.takesBytes) {
        real.writeFileSync(file, bytes);
        return;
      }
      real.writeSync(file, bytes, 0, disk.takesBytes);
      throw failing();
    },
  };
});

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-ballast-')), 'ballast');
  Object.assign(disk, { takesBytes: Infinity, code: 'ENOSPC', freeBlocks: 1_000_000 });
});

it('the ballast is made of real blocks, kept when it is there, and gives its room back once', () => {
  expect(buildBallast(path)).toBe(true);
  const { size, blocks, ino, mode } = statSync(path);
  expect(size).toBe(BALLAST_BYTES);
  expect(blocks * 512).toBeGreaterThanOrEqual(BALLAST_BYTES);
  expect(mode & 0o777).toBe(0o600);
  expect(buildBallast(path)).toBe(true);
  expect(statSync(path).ino).toBe(ino);
  expect(freeBallast(path)).toBe(true);
  expect(freeBallast(path)).toBe(false);
});

it('a ballast for which the disk had not enough room leaves no part that hides that there is no reserve', () => {
  disk.takesBytes = 100_000;
  expect(buildBallast(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
  disk.code = 'EIO';
  expect(() => buildBallast(path)).toThrow('EIO');
  expect(existsSync(path)).toBe(false);
});

it('a part of a ballast that a kill left is removed, also when there is no room for a whole one', () => {
  writeFileSync(path, 'LLLL');
  disk.freeBlocks = 1;
  expect(buildBallast(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
});
