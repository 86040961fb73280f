import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUGS } from './cases/m2-planted-bugs.ts';
import { FAILURE_POLICY, policyTable } from './failure-policy.ts';
import { sourceProgram } from './program.ts';

const { root } = sourceProgram();
const cellsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[| -]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .join('|'),
    );

it('SECURITY.md shows the failure policy as it is proved', () => {
  const page = new Set(cellsOf(readFileSync(join(root, 'SECURITY.md'), 'utf8')));
  expect(cellsOf(policyTable()).filter((row) => !page.has(row))).toEqual([]);
  expect(cellsOf(policyTable())).toHaveLength(FAILURE_POLICY.length + 1);
});

it('every test that proves a line is there by its name, and its fault can be planted', () => {
  for (const { id, proof } of FAILURE_POLICY) {
    if (proof.by !== 'test') continue;
    expect(readFileSync(join(root, proof.file), 'utf8'), id).toContain(proof.name);
    expect(readFileSync(join(root, proof.fault.file), 'utf8'), id).toContain(proof.fault.find);
  }
});

it('every planted bug can be planted, and its tests are there', () => {
  for (const { what, file, find, tests } of BUGS) {
    expect(readFileSync(join(root, `src-main/${file}.ts`), 'utf8'), what).toContain(find);
    expect(existsSync(join(root, `src-main/${tests}.test.ts`)), what).toBe(true);
  }
});
