import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Figure, ProveCase } from './case.ts';
import { patchedProgram, sourceProgram } from './program.ts';
import { proofTable } from './proof-table.ts';
import { isProved, runCases, type RunOptions } from './run-cases.ts';

const OPTIONS: RunOptions = {
  program: () => sourceProgram(),
  amount: 'quick',
  limitMs: 200,
  say: () => undefined,
};
const held = (): Promise<Figure> => Promise.resolve({ reached: '0 lost', holds: true });
const broken = (): Promise<Figure> => Promise.resolve({ reached: '7 lost', holds: false });
const BASE: ProveCase = {
  id: 'A1',
  promise: 'Nothing is lost',
  target: '0',
  tier: 'T1',
  figure: held,
  controls: [{ fault: 'loses', run: broken }],
};
const proofOf = async (changes: Partial<ProveCase>) => {
  const [proof] = await runCases([{ ...BASE, ...changes }], OPTIONS);
  if (proof === undefined) throw new Error('There is no proof.');
  return proof;
};

it('a promise is proved when its figure holds and its planted fault is seen', async () => {
  const proof = await proofOf({});
  expect(isProved(proof)).toBe(true);
  expect(proofTable([proof])).toContain('| A1 | Nothing is lost | 0 lost | 0 | yes | yes: loses (7 lost) |');
});

it.each<[string, Partial<ProveCase>]>([
  ['its figure misses', { figure: broken }],
  ['its figure breaks off', { figure: () => Promise.reject(new Error('no gcc')) }],
  ['its figure never ends', { figure: () => new Promise(() => undefined) }],
  ['its planted fault stays green', { controls: [{ fault: 'loses', run: held }] }],
  ['one of two planted faults stays green', { controls: [...BASE.controls, { fault: 'lies', run: held }] }],
  [
    'its control breaks off, which says nothing about the check',
    { controls: [{ fault: 'loses', run: () => Promise.reject(new Error('no gcc')) }] },
  ],
  ['it has no control and no reason for that', { controls: [] }],
])('a promise is not proved when %s', async (_name, changes) => {
  const proof = await proofOf(changes);
  expect(isProved(proof)).toBe(false);
  expect(proofTable([proof])).toContain('NO');
});

it('what a case started is ended in reverse order and its directory removed, also after an error', async () => {
  const ended: string[] = [];
  let directory = '';
  await proofOf({
    figure: (work) => {
      directory = work.directory;
      writeFileSync(join(work.directory, 'left'), '');
      work.onEnd(() => ended.push('server'));
      work.onEnd(() => ended.push('load'));
      throw new Error('broke');
    },
  });
  expect(ended).toEqual(['load', 'server']);
  expect(directory).not.toBe('');
  expect(existsSync(directory)).toBe(false);
});

it('a fault is planted in a copy of the sources that loads, and one that is not found is refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-patched-'));
  const file = 'src-main/domain/base62.ts';
  const original = readFileSync(join(sourceProgram().root, file), 'utf8');
  const program = patchedProgram(directory, [{ file, find: 'export ', replace: '/* planted */ export ' }]);
  expect(Object.keys(await program.load(file))).toContain('randomBase62');
  expect(readFileSync(join(directory, file), 'utf8')).toContain('/* planted */');
  expect(readFileSync(join(sourceProgram().root, file), 'utf8')).toBe(original);
  const missing = { file, find: 'this text is nowhere', replace: '' };
  const again = mkdtempSync(join(tmpdir(), 'latchkey-patched-'));
  expect(() => patchedProgram(again, [missing])).toThrow('cannot be planted');
});
