import type { Figure, ProveCase } from '../case.ts';
import { LIMITER_EQUIVALENTS, WINDOW_EQUIVALENTS } from '../mutation/limiter-equivalents.ts';
import { mutationScore, type JudgedPart } from '../mutation/mutation-score.ts';
import { sourceProgram } from '../program.ts';

interface Gate {
  readonly name: string;
  /** In per cent. */
  readonly atLeast: number;
  readonly parts: readonly JudgedPart[];
}

const domain = (name: string, ...more: readonly string[]): JudgedPart => ({
  source: `domain/${name}`,
  tests: [name, ...more].map((test) => `domain/${test}`),
});

const GATES: readonly Gate[] = [
  { name: 'key format', atLeast: 90, parts: [domain('key-format'), domain('base62')] },
  {
    name: 'path rules',
    atLeast: 90,
    parts: [domain('path-rules'), domain('rule-tree', 'path-rules'), domain('normalise-path')],
  },
  { name: 'decision', atLeast: 90, parts: [domain('verification'), domain('scope-check')] },
  {
    name: 'limiter',
    atLeast: 95,
    parts: [
      { ...domain('rate-limit'), equivalents: WINDOW_EQUIVALENTS },
      {
        source: 'verify/limiter',
        tests: ['verify/limiter', 'verify/limiter-quotas'],
        equivalents: LIMITER_EQUIVALENTS,
      },
    ],
  },
  { name: 'audit chain', atLeast: 90, parts: [domain('audit-chain')] },
  { name: 'guard', atLeast: 95, parts: [{ source: 'http/guard', tests: ['http/guard'] }] },
];

async function scores(gates: readonly Gate[]): Promise<Figure> {
  const texts: string[] = [];
  let holds = true;
  for (const { name, atLeast, parts } of gates) {
    let killed = 0;
    let total = 0;
    let equivalent = 0;
    for (const part of parts) {
      const score = await mutationScore(sourceProgram().root, part);
      killed += score.killed;
      total += score.total;
      equivalent += score.equivalent;
      for (const { line, was, becomes } of score.survivors)
        process.stderr.write(`  alive: ${part.source}:${String(line)} ${was} => ${becomes}\n`);
    }
    const percent = (100 * killed) / Math.max(1, total);
    if (percent < atLeast || total === 0) holds = false;
    const besides = equivalent > 0 ? ` (and ${String(equivalent)} that nobody can see)` : '';
    texts.push(`${name} ${percent.toFixed(1)} % of ${String(total)}${besides}`);
  }
  return { reached: texts.join(', '), holds };
}

/** How much the unit tests see. */
export const cases: readonly ProveCase[] = [
  {
    id: 'M1',
    promise: 'The tests of the parts that decide see nearly every small fault',
    target: '90 % of mutants, 95 % in limiter and guard',
    tier: 'T2',
    figure: () => scores(GATES),
    controls: [
      {
        fault: 'the audit chain has the tests of something else',
        run: () =>
          scores([
            {
              name: 'audit chain',
              atLeast: 90,
              parts: [{ source: 'domain/audit-chain', tests: ['domain/crc32'] }],
            },
          ]),
      },
    ],
  },
];
