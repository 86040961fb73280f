import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalReader } from './journal-reader.ts';
import { segmentName } from './journal-segments.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-reader-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function reader(): JournalReader {
  return new JournalReader({
    folder,
    runId: 'run-of-now',
    onTorn: () => undefined,
    onDamaged: () => undefined,
  });
}

it('a position in a journal that a clean stop removed does not take away what a later run wrote', () => {
  // Numbers begin anew then, and the names of two runs sort by chance.
  const later = segmentName(1, 'aaaaaaaaaaaa');
  writeFileSync(join(folder, later), '');
  reader().removeBefore(segmentName(1, 'zzzzzzzzzzzz'));
  reader().removeBefore(segmentName(7, 'zzzzzzzzzzzz'));
  expect(readdirSync(folder)).toEqual([later]);
});

it('what lies before a position in the journal is removed', () => {
  const [first, second] = [segmentName(1, 'aaaaaaaaaaaa'), segmentName(2, 'aaaaaaaaaaaa')];
  for (const name of [first, second]) writeFileSync(join(folder, name), '');
  reader().removeBefore(second);
  expect(readdirSync(folder)).toEqual([second]);
});
