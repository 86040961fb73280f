import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { keyId } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import {
  formatAdminToken,
  formatEnrolmentToken,
  formatKey,
  formatServiceToken,
} from '#main/domain/key-format.ts';

const random = (length: number): string => randomBase62(length, (count) => randomBytes(count));
const SAMPLES = 50;

/** Of each kind: some of every length that a slug may have. */
const REAL = Array.from({ length: SAMPLES }, (_, index) => {
  const slug = random(2 + (index % 23)).toLowerCase();
  const id = keyId.parse(random(12));
  const environment = index % 2 === 0 ? 'live' : 'test';
  return [
    formatKey({ environment, slug, keyId: id, secret43: random(43) }),
    formatServiceToken({ slug, secret43: random(43) }),
    formatAdminToken(random(43)),
    formatEnrolmentToken(random(43)),
  ];
}).flat();
const NONE = REAL.flatMap((text) => [
  text.slice(0, -1),
  text.replace(/^lk/, 'Lk'),
  text.replace('_', '-'),
  `${text.slice(0, text.lastIndexOf('_'))}_…${text.slice(-4)}`,
  `${text.slice(0, 20)} ${text.slice(20)}`,
]);

const FOLDER = resolve('resources/secret-scanners');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** What RE2 and Hyperscan do not know either. */
const NOT_EVERYWHERE = /\(\?[=!<]|\\[1-9]|\(\?>/;

function expectToTell(patterns: readonly string[], keywords: readonly string[] | null): void {
  expect(patterns).toHaveLength(4);
  for (const pattern of patterns) expect(pattern).not.toMatch(NOT_EVERYWHERE);
  const finds = (text: string): number => patterns.filter((one) => new RegExp(one).test(text)).length;
  for (const real of REAL) {
    for (const text of [real, `KEY="${real}"`, `https://a.example/?key=${real}&b`])
      expect(finds(text), text).toBe(1);
    if (keywords !== null) expect(keywords.some((word) => real.includes(word))).toBe(true);
  }
  for (const text of NONE) expect(finds(text), text).toBe(0);
}

test('the rules for gitleaks find every key and token, once, and no look-alike of another shape', () => {
  const toml = read('gitleaks.toml');
  const patterns = [...toml.matchAll(/^regex = '''(.+)'''$/gm)].map(([, pattern = '']) => pattern);
  const keywords = [...toml.matchAll(/^keywords = (\[.+\])$/gm)].flatMap(([, list = '']) =>
    z.array(z.string()).parse(JSON.parse(list)),
  );
  expectToTell(patterns, keywords);
  expect([...toml.matchAll(/^id = "(.+)"$/gm)]).toHaveLength(patterns.length);
});

test('the detectors for TruffleHog do the same', () => {
  const detector = z.object({ keywords: z.array(z.string()), regex: z.record(z.string(), z.string()) });
  const { detectors } = z.object({ detectors: z.array(detector) }).parse(parse(read('trufflehog.yaml')));
  expectToTell(
    detectors.flatMap(({ regex }) => Object.values(regex)),
    detectors.flatMap(({ keywords }) => keywords),
  );
});

test('the custom patterns for GitHub do the same, with what must stand before and behind', () => {
  const pattern = z.object({ secretFormat: z.string(), before: z.string(), after: z.string() });
  const patterns = z.array(pattern).parse(parse(read('github.yaml')));
  const edge = (text: string): string => text.replace('\\A', '^').replace('\\z', '$');
  expectToTell(
    patterns.map(
      ({ secretFormat, before, after }) => `(?:${edge(before)})(${secretFormat})(?:${edge(after)})`,
    ),
    null,
  );
});

test('the plugin for detect-secrets tells those whose checksum fits and no others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-plugin-'));
  try {
    mkdirSync(join(folder, 'detect_secrets/plugins'), { recursive: true });
    writeFileSync(join(folder, 'detect_secrets/plugins/base.py'), 'class RegexBasedDetector:\n    pass\n');
    const mistyped = REAL.map((text) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`);
    writeFileSync(join(folder, 'lines.json'), JSON.stringify([...REAL, ...NONE, ...mistyped]));
    const program = [
      'import json, sys',
      'from detect_secrets_latchkey import LatchkeyDetector',
      'lines = json.load(open(sys.argv[1]))',
      'print(json.dumps([found for line in lines for found in LatchkeyDetector().analyze_string(f"k={line};")]))',
    ].join('\n');
    const env = {
      ...process.env,
      PYTHONPATH: `${folder}:${FOLDER}`,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const { stdout, stderr } = spawnSync('python3', ['-c', program, join(folder, 'lines.json')], {
      encoding: 'utf8',
      env,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(REAL);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
