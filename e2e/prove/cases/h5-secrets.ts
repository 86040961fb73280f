import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, ProveCase } from '../case.ts';
import { sourceProgram } from '../program.ts';

/** What secrets of others look like. Keys and tokens of our own are made at each test; their shape is in tests and texts all over. */
const SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  [
    'private key',
    /-----BEGIN (?:RSA |EC |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----\s+[\w+/=\s]{60,}/,
  ],
  ['AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['GitHub', /\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_\w{40,})/],
  ['GitLab', /\bglpat-[\w-]{20,}/],
  ['Slack', /\bxox[abprs]-[\w-]{20,}/],
  ['Stripe', /\b[rs]k_live_[0-9A-Za-z]{24,}/],
  ['Google', /\bAIza[\w-]{35}\b/],
  ['npm', /\bnpm_[0-9A-Za-z]{36}\b/],
  ['age', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/],
  ['token of a registry', /_authToken\s*=\s*[^\s$]{16,}/],
];

interface Text {
  readonly path: string;
  readonly text: string;
}

/** Looks through texts for secrets of the usual shapes. */
function scan(texts: Iterable<Text>): Figure {
  let files = 0;
  const found: string[] = [];
  for (const { path, text } of texts) {
    files += 1;
    for (const [name, shape] of SHAPES) if (shape.test(text)) found.push(`${name} in ${path}`);
  }
  return {
    reached: `${String(found.length)} in ${String(files)} files${found.length > 0 ? `: ${found.slice(0, 5).join(', ')}` : ''}`,
    holds: found.length === 0 && files > 100,
  };
}

/** Everything that is in the repository. */
function* tracked(root: string): Generator<Text> {
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  if (listed.status !== 0) throw new Error(`git: ${listed.stderr}`);
  for (const path of listed.stdout.split('\0').filter((name) => name !== ''))
    yield { path, text: readFileSync(join(root, path), 'latin1') };
}

const { root } = sourceProgram();

/** What must not be in the repository. */
export const cases: readonly ProveCase[] = [
  {
    id: 'H5',
    promise: 'No secret lies in the repository',
    target: '0 in all files',
    tier: 'T1',
    isBeside: true,
    figure: async () => scan(tracked(root)),
    controls: [
      {
        fault: 'a key of a cloud was left in a file',
        run: async () => scan([...tracked(root), { path: 'left.env', text: `KEY=AKIA${'Q7'.repeat(8)}` }]),
      },
    ],
  },
];
