import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatAdminToken, formatKey, formatServiceToken } from '#main/domain/key-format.ts';
import { runCommand } from './run-command.ts';
import { filesBelow } from './scan-folder.ts';
import { createFileScan, emptyResult } from './scan-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-scan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret43 = (): string => randomBase62(43, (count) => randomBytes(count));
function newKey(slug = 'datafeed'): string {
  const id = keyId.parse(randomBase62(12, (count) => randomBytes(count)));
  return formatKey({ environment: 'live', slug, keyId: id, secret43: secret43() });
}
const shown = (key: string): string => key.split('_').slice(0, 4).join('_');

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const GIT_NAME = ['-c', 'user.name=A', '-c', 'user.email=a@a.example', '-c', 'commit.gpgsign=false'];
function git(...args: readonly string[]): string {
  return execFileSync('git', [...GIT_NAME, '-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

async function scan(args: readonly string[], input = '') {
  const printed: string[] = [];
  const errors: string[] = [];
  const exitCode = await runCommand(['scan', ...args], {
    environment: {},
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
    input: async function* () {
      await Promise.resolve();
      yield Buffer.from(input);
    },
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

/** Whatever is printed of a key ends before its secret. */
function expectNoSecret(text: string, keys: readonly string[]): void {
  for (const key of keys) expect(text).not.toContain(key.slice(-49, -37));
}

test('a seeded tree: every key and token in any form is found, named and not shown; exit code 1', async () => {
  const [live = '', dead = '', foreign = '', wide = '', config = ''] = Array.from({ length: 5 }, () =>
    newKey(),
  );
  const token = formatServiceToken({ slug: 'trade', secret43: secret43() });
  const admin = formatAdminToken(secret43());
  write('config/prod.env', `A=1\nKEY=${live}\n`);
  write('old/notes.md', `| key |\n|---|\n| ${dead} |`);
  write('vendor/other.json', JSON.stringify({ key: foreign }));
  write('export/windows.txt', Buffer.from(`\ufeffkey ${wide}`, 'utf16le'));
  write('k8s/secret.yaml', `data:\n  key: ${Buffer.from(config).toString('base64')}\n`);
  write('big.log', `${'noise of a log line\n'.repeat(90_000)}${token}${' x'.repeat(600_000)}${admin}`);
  write('clean.ts', 'export const prefix = "lk_live_";\n');
  const { exitCode, printed, errors } = await scan([folder]);
  expect({ exitCode, errors }).toEqual({ exitCode: 1, errors: '' });
  expect(printed).toContain(`${join(folder, 'config/prod.env')}:2:5: API key ${shown(live)}_…`);
  for (const key of [live, dead, foreign, wide, config]) expect(printed).toContain(shown(key));
  expect(printed).toMatch(/UTF-16[\s\S]*base64|base64[\s\S]*UTF-16/);
  expect(printed).toContain('service token lks_trade_…');
  expect(printed).toContain('big.log:90001:');
  expect(printed).toContain('admin token lka_…');
  expect(printed).toContain('7 keys or tokens of Latchkey at 7 places in 7 texts');
  expectNoSecret(printed, [live, dead, foreign, wide, config, token, admin]);
});

test('nothing found is exit code 0; look-alikes and hints are not found; standard input is read', async () => {
  const key = newKey();
  write('a.txt', `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'} and ${shown(key)}_…${key.slice(-4)}`);
  const quiet = await scan([folder]);
  expect(quiet).toMatchObject({ exitCode: 0, errors: '' });
  expect(quiet.printed).toContain('1 look-alike has a wrong checksum.');
  expect((await scan(['-'], 'nothing here')).exitCode).toBe(0);
  const piped = await scan(['-'], `build log: ${key}`);
  expect(piped.exitCode).toBe(1);
  expect(piped.printed).toContain(`-:1:12: API key ${shown(key)}_…`);
});

test('what cannot be read is exit code 2, and 1 where something else was found', async () => {
  const missing = await scan([join(folder, 'nowhere')]);
  expect(missing).toMatchObject({ exitCode: 2 });
  expect(missing.errors).toContain('there is no such file or folder');
  const key = newKey();
  const found = await scan([join(folder, 'nowhere'), write('a.txt', key)]);
  expect(found.exitCode).toBe(1);
  expect((await scan(['--staged', folder])).errors).toContain('is in no Git repository');
  expect((await scan(['--staged', folder])).exitCode).toBe(2);
  // Nobody but root may read it: as root the rights of a file say nothing.
  if (process.getuid?.() === 0) return;
  chmodSync(join(folder, 'a.txt'), 0);
  expect((await scan([folder])).exitCode).toBe(2);
});

test.each([
  [[]],
  [['--nope', '.']],
  [['--format', 'xml', '.']],
  [['--staged', '--history']],
  [['--baseline', '/dev/null', '.']],
])('%j is bad usage: exit code 2 and a hint', async (args) => {
  const { exitCode, errors } = await scan(args);
  expect(exitCode).toBe(2);
  expect(errors).toContain('latchkey --help');
});

test('JSON and SARIF hold place and fingerprint and no secret; a JSON report is the baseline of the next scan', async () => {
  const key = newKey();
  const path = write('sub dir/a.txt', `x ${key}\n`);
  const json = await scan(['--format', 'json', folder]);
  const report = JSON.parse(json.printed) as { leaks: unknown[] };
  expect(report.leaks).toMatchObject([
    {
      kind: 'key',
      name: shown(key),
      keyId: key.split('_')[3],
      form: 'plain',
      file: path,
      line: 1,
      column: 3,
      commit: null,
    },
  ]);
  const sarif = await scan(['--format', 'sarif', '--out', join(folder, 'out.sarif'), path]);
  expect(sarif).toEqual({ exitCode: 1, printed: '', errors: '' });
  const text = readFileSync(join(folder, 'out.sarif'), 'utf8');
  const { runs, version } = JSON.parse(text) as {
    version: string;
    runs: { results: unknown[]; tool: unknown }[];
  };
  expect(version).toBe('2.1.0');
  const uri = `file://${path.replace(' ', '%20')}`;
  expect(runs[0]?.results).toMatchObject([
    {
      ruleId: 'latchkey-key',
      locations: [
        { physicalLocation: { artifactLocation: { uri }, region: { startLine: 1, startColumn: 3 } } },
      ],
    },
  ]);
  expectNoSecret(json.printed + text, [key]);
  const baseline = write('known.json', json.printed);
  expect((await scan(['--baseline', baseline, path])).exitCode).toBe(0);
  write('sub dir/a.txt', newKey());
  expect((await scan(['--baseline', baseline, path])).exitCode).toBe(1);
});

test.each([
  ['with Git', true],
  ['without Git', false],
])(
  '%s: what .gitignore leaves out is left out unless told, links are not followed',
  async (_name, hasGit) => {
    const [ignored = '', nested = '', kept = ''] = [newKey('ignored'), newKey('nested'), newKey('kept')];
    if (hasGit) git('init', '-q');
    write('.gitignore', '*.local\n/build/\n');
    write('a.local', ignored);
    write('build/out.js', ignored);
    write('pkg/.gitignore', '!b.local\nc.txt\n');
    write('pkg/b.local', kept);
    write('pkg/c.txt', nested);
    write('.git/objects/x', ignored);
    symlinkSync('/proc/self/mem', join(folder, 'link'));
    const { printed } = await scan([folder]);
    expect(printed).toContain(shown(kept));
    expect(printed).not.toContain(shown(ignored));
    expect(printed).not.toContain(shown(nested));
    const all = await scan(['--no-ignore', folder]);
    for (const key of [ignored, nested, kept]) expect(all.printed).toContain(shown(key));
    if (!hasGit) return;
    git('add', '-f', 'a.local');
    expect((await scan([folder])).printed, 'tracked although ignored').toContain(shown(ignored));
  },
);

test('--staged reads what will be committed and not what lies beside it; --history what any commit had', async () => {
  const [staged = '', beside = '', gone = '', told = ''] = Array.from({ length: 4 }, () => newKey());
  git('init', '-q', '-b', 'main');
  write('naïve name.txt', `first\n${gone}\n`);
  expect((await scan(['--staged', folder])).exitCode).toBe(0);
  git('add', '.');
  expect((await scan(['--staged', folder])).printed).toContain(
    `naïve name.txt:2:1: API key ${shown(gone)}_…`,
  );
  git('commit', '-q', '-m', 'one');
  const first = git('rev-parse', 'HEAD').trim();
  write('naïve name.txt', 'clean\n');
  write('b.txt', staged);
  git('add', '.');
  write('b.txt', beside);
  const hook = await scan(['--staged', folder]);
  expect(hook.printed).toContain(shown(staged));
  expect(hook.printed).not.toContain(shown(beside));
  git('commit', '-q', '-m', `said in a message: ${told}`);
  git('rm', '-q', '-f', 'b.txt');
  git('commit', '-q', '-m', 'three');
  expect((await scan([folder])).exitCode).toBe(0);
  const history = await scan(['--history', '--format', 'json', folder]);
  expect(history.exitCode).toBe(1);
  const { leaks } = JSON.parse(history.printed) as {
    leaks: { file: string; name: string; commit: { id: string } }[];
  };
  expect(leaks.find(({ name }) => name === shown(gone))).toMatchObject({
    file: 'naïve name.txt',
    commit: { id: first },
  });
  expect(leaks.find(({ name }) => name === shown(staged))?.file).toBe('b.txt');
  expect(leaks.find(({ name }) => name === shown(told))?.file).toMatch(/^commit [0-9a-f]{12}$/);
  expectNoSecret(history.printed, [staged, gone, told]);
});

test('a repository cannot make the scan run a program of its own', async () => {
  git('init', '-q');
  const trap = write('trap.sh', `#!/bin/sh\ntouch ${join(folder, 'ran')}\n`);
  chmodSync(trap, 0o755);
  git('config', 'core.fsmonitor', trap);
  write('a.txt', newKey());
  expect((await scan([folder])).exitCode).toBe(1);
  expect((await scan(['--staged', folder])).exitCode).toBe(0);
  expect(() => readFileSync(join(folder, 'ran'))).toThrow('ENOENT');
});

test('the pre-commit hook of resources/ refuses a commit with a key and lets others pass', () => {
  const key = newKey();
  git('init', '-q');
  cpSync(resolve('resources/secret-scanners/pre-commit'), join(folder, '.git/hooks/pre-commit'));
  chmodSync(join(folder, '.git/hooks/pre-commit'), 0o755);
  const command = `${process.execPath} ${resolve('src-main/cli/latchkey.ts')}`;
  const commit = (): void => {
    const env = { ...process.env, LATCHKEY_COMMAND: command };
    execFileSync('git', [...GIT_NAME, '-C', folder, 'commit', '-q', '-m', 'x'], { env, stdio: 'pipe' });
  };
  write('a.txt', 'clean');
  git('add', 'a.txt');
  commit();
  write('a.txt', key);
  git('add', 'a.txt');
  expect(commit).toThrow(shown(key));
  expect(git('log', '--oneline').trim().split('\n')).toHaveLength(1);
});

/** Long enough to have read some hundred megabytes on a free machine. */
const CORPUS_MS = 2_500;

test('no false alarm in the installed packages of this checkout', async () => {
  const result = emptyResult();
  const read = createFileScan(result);
  const ends = performance.now() + CORPUS_MS;
  const options = { readsIgnored: true, onUnreadable: () => undefined };
  for await (const { path, shown: name } of filesBelow(resolve('node_modules'), options)) {
    read(path, name);
    if (performance.now() > ends) break;
  }
  expect(result.leaks).toEqual([]);
  expect(result.bytes).toBeGreaterThan(20 * 1024 * 1024);
  process.stdout.write(`scanned ${String(result.files)} files, ${(result.bytes / 1048576).toFixed(0)} MiB\n`);
});
