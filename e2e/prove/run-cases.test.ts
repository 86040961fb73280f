import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Figure, ProveCase } from './case.ts';
import { patchedProgram, sourceProgram } from './program.ts';
import { proofTable } from './proof-table.ts';
import { proveApart } from './prove-apart.ts';
import { isProved, proveCase, type ProveOptions } from './prove-case.ts';
import { runCases } from './run-cases.ts';

const OPTIONS: ProveOptions = {
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
const proofOf = (changes: Partial<ProveCase>) => proveCase({ ...BASE, ...changes }, OPTIONS);

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

it('those that may run beside each other do, the others alone afterwards, and all are told in their order', async () => {
  const running = new Set<string>();
  const together: string[] = [];
  const told: number[] = [];
  const cases = ['A1', 'A2', 'A3', 'A4'].map((id) => ({
    one: { ...BASE, id, isBeside: id !== 'A2' },
    file: 'none.ts',
  }));
  const proofs = await runCases(cases, {
    prove: async ({ one }) => {
      running.add(one.id);
      together.push([...running].join('+'));
      const proof = await proveCase(one, OPTIONS);
      running.delete(one.id);
      return proof;
    },
    onProof: (done) => told.push(done.length),
  });
  expect(together).toEqual(['A1', 'A1+A3', expect.stringContaining('A4'), 'A2']);
  expect(proofs.map(({ id }) => id)).toEqual(['A1', 'A2', 'A3', 'A4']);
  expect(told).toEqual([1, 2, 3, 4]);
});

it('a case whose process breaks is a proof that failed, and holds up no other', async () => {
  const proof = await proveApart({ one: BASE, file: 'none.ts' }, { amount: 'quick', limitMs: 1_000 });
  expect(isProved(proof)).toBe(false);
  expect(proof.reached).toBe('ERROR its process ended with 1');
});
