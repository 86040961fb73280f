import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineWriter } from './line-writer.ts';
import { rotatingFile } from './rotating-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-lines-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const failOnError = (error: unknown): void => {
  throw error;
};

it('lines arrive whole and in order, within a moment and at the close', async () => {
  const file = join(folder, 'access.log');
  const writer = new LineWriter(rotatingFile(file, { bytesMax: 1e6, keptCount: 2 }), failOnError);
  for (let index = 0; index < 2_500; index += 1) writer.write(`line ${String(index)}`);
  await expect.poll(() => readFileSync(file, 'utf8').split('\n').length, { timeout: 2_000 }).toBe(2_501);
  writer.write('last');
  await writer.close();
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines.slice(0, 2)).toEqual(['line 0', 'line 1']);
  expect(lines.slice(-3)).toEqual(['line 2499', 'last', '']);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('a file that is full is put aside, the oldest is dropped, and no line is cut', async () => {
  const file = join(folder, 'access.log');
  for (let index = 0; index < 5; index += 1) {
    const writer = new LineWriter(rotatingFile(file, { bytesMax: 25, keptCount: 2 }), failOnError);
    writer.write(`${String(index)} 123456789`);
    writer.write(`${String(index)} abcdefghi`);
    await writer.close();
  }
  expect(readdirSync(folder).sort()).toEqual(['access.log', 'access.log.1', 'access.log.2']);
  expect(readFileSync(file, 'utf8')).toBe('4 123456789\n4 abcdefghi\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('2 123456789\n2 abcdefghi\n3 123456789\n3 abcdefghi\n');
  expect(readFileSync(`${file}.2`, 'utf8')).toBe('0 123456789\n0 abcdefghi\n1 123456789\n1 abcdefghi\n');
});

it('a sink that hangs makes nobody wait and fills no memory: lines beyond the limit are counted as lost', async () => {
  let release: () => void = () => undefined;
  const appended: number[] = [];
  const writer = new LineWriter(
    {
      append: (bytes) => {
        appended.push(bytes.length);
        return new Promise((resolve) => {
          release = resolve;
        });
      },
      close: () => Promise.resolve(),
    },
    failOnError,
  );
  writer.write('first');
  await expect.poll(() => appended.length).toBe(1);
  for (let index = 0; index < 25_000; index += 1) writer.write('x');
  expect(appended).toHaveLength(1);
  expect(writer.lost).toBe(5_000);
  const closing = writer.close();
  while (appended.length < 21) {
    release();
    await new Promise(setImmediate);
  }
  release();
  await closing;
});

it('lines that cannot be written are counted as lost, and the first failure is told', async () => {
  const told: unknown[] = [];
  const sink = { append: () => Promise.reject(new Error('full')), close: () => Promise.resolve() };
  const writer = new LineWriter(sink, (error) => told.push(error));
  for (let index = 0; index < 2_500; index += 1) writer.write('x');
  await writer.close();
  expect(writer.lost).toBe(2_500);
  expect(told).toEqual([new Error('full')]);
});
