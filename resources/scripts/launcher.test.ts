import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron, findOrFetchElectron, hasDisplay } from './electron-binary.mjs';
import { buildInputsDigest, isBuildStale, isInstallNeeded } from './set-up.mjs';
import { failedFiles, failedTests, playwrightCounts, playwrightTests, vitestCounts } from './test-counts.mjs';

let root: string;
const put = (file: string, text = ''): string => {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latchkey-launcher-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('set-up', () => {
  it('installs when nothing is installed, an install was cut short, or the lock file is newer', () => {
    const lock = put('package-lock.json', '{}');
    expect(isInstallNeeded(root)).toBe(true);
    put('node_modules/zod/package.json', '{}');
    expect(isInstallNeeded(root)).toBe(true);
    put('node_modules/.package-lock.json', '{}');
    utimesSync(lock, 1, 1);
    expect(isInstallNeeded(root)).toBe(false);
    utimesSync(lock, new Date(), new Date(Date.now() + 60_000));
    expect(isInstallNeeded(root)).toBe(true);
  });

  it('builds when a source was changed, added or removed, and not for a test', () => {
    put('src-main/a.ts', '1');
    for (const name of [
      'main/index.js',
      'main/headless.js',
      'main/requests-worker.js',
      'preload/index.cjs',
      'renderer/index.html',
    ]) {
      put(`out/${name}`);
    }
    expect(isBuildStale(root)).toBe(true);
    put('out/built-from', buildInputsDigest(root));
    expect(isBuildStale(root)).toBe(false);
    put('src-main/a.test.ts', 'a test');
    expect(isBuildStale(root)).toBe(false);
    put('src-renderer/b.css', 'x');
    expect(isBuildStale(root)).toBe(true);
    put('out/built-from', buildInputsDigest(root));
    rmSync(join(root, 'out/preload/index.cjs'));
    expect(isBuildStale(root)).toBe(true);
  });
});

describe('the Electron executable', () => {
  it('is found where the package keeps it or where the environment says, and nowhere else', () => {
    expect(findElectron(root, {})).toBeNull();
    put('node_modules/electron/path.txt', 'electron');
    expect(findElectron(root, {})).toBeNull();
    const binary = put('node_modules/electron/dist/electron');
    expect(findElectron(root, {})).toBe(binary);
    const other = put('elsewhere/electron');
    expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: dirname(other) })).toBe(other);
  });

  it('needs a display on Linux', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });

  it('is fetched once; a failure is told in a sentence and remembered for a day', async () => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    put('node_modules/electron/install.js', "console.error('fetch failed'); process.exit(1);");
    const nowMs = 1_800_000_000_000;
    expect(await findOrFetchElectron(say, { root, nowMs })).toBeNull();
    expect(said.at(-1)).toBe('Electron could not be fetched (fetch failed). It is tried again tomorrow.');
    const before = said.length;
    expect(await findOrFetchElectron(say, { root, nowMs: nowMs + 3_600_000 })).toBeNull();
    expect(said).toHaveLength(before);
    put(
      'node_modules/electron/install.js',
      "const fs = require('fs'); fs.mkdirSync(__dirname + '/dist'); fs.writeFileSync(__dirname + '/dist/electron', ''); fs.writeFileSync(__dirname + '/path.txt', 'electron');",
    );
    expect(await findOrFetchElectron(say, { root, nowMs: nowMs + 90_000_000 })).toBe(
      join(root, 'node_modules/electron/dist/electron'),
    );
  });

  it('is given up when fetching takes too long', async () => {
    const said: string[] = [];
    put('node_modules/electron/install.js', 'setTimeout(() => {}, 60_000);');
    expect(
      await findOrFetchElectron((text: string) => void said.push(text), { root, timeLimitMs: 300 }),
    ).toBeNull();
    expect(said.at(-1)).toContain('it took too long');
  });
});

describe('the sum at the end of a test run', () => {
  const file = (status: string, tests: readonly string[]) => ({
    status,
    assertionResults: tests.map((name) => ({ status: name })),
  });
  const vitestReport = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 0,
    testResults: [file('failed', ['failed'])],
  };

  it('counts a file that could not be loaded, a crash and a missing report as failures', () => {
    expect(vitestCounts(vitestReport, 1)).toEqual({ passed: 5, failed: 1, skipped: 2 });
    const broken = {
      ...vitestReport,
      numFailedTests: 0,
      testResults: [file('failed', []), file('passed', ['passed'])],
    };
    expect(vitestCounts(broken, 1).failed).toBe(1);
    expect(vitestCounts({ ...broken, testResults: [] }, 1).failed).toBe(1);
    expect(vitestCounts({ ...broken, testResults: [] }, 0).failed).toBe(0);
    expect(vitestCounts(null, 0).failed).toBe(1);
    const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 0 };
    expect(playwrightCounts({ stats, errors: [] }, 0)).toEqual({ passed: 4, failed: 0, skipped: 0 });
    expect(playwrightCounts({ stats: { ...stats, unexpected: 2 }, errors: [] }, 1).failed).toBe(2);
    expect(playwrightCounts({ stats: { ...stats, flaky: 0 }, errors: [{}] }, 1).failed).toBe(1);
    expect(playwrightCounts({ stats: { ...stats, flaky: 0 }, errors: [] }, 1).failed).toBe(1);
    expect(playwrightCounts(null, 0).failed).toBe(1);
  });

  it('names what failed, and what needed a second try', () => {
    const report = {
      testResults: [
        { name: 'a.test.ts', status: 'passed', assertionResults: [] },
        {
          name: 'b.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'failed', fullName: 'keeps it', failureMessages: ['Error: lost\n at b'] },
            { status: 'passed', fullName: 'ends', failureMessages: [] },
          ],
        },
        { name: 'c.test.ts', status: 'failed', message: 'cannot be loaded\nat c', assertionResults: [] },
      ],
    };
    expect(failedFiles(report)).toEqual(['b.test.ts', 'c.test.ts']);
    expect(failedFiles(null)).toEqual([]);
    expect(failedTests(report)).toEqual(['b.test.ts › keeps it: Error: lost', 'c.test.ts: cannot be loaded']);
    const spec = (title: string, status: string) => ({
      file: 'x.spec.ts',
      title,
      tests: [{ projectName: 'browser', status }],
    });
    const suites = [{ specs: [spec('one', 'flaky')], suites: [{ specs: [spec('two', 'unexpected')] }] }];
    expect(playwrightTests({ suites, errors: [{ message: 'no server' }] })).toEqual({
      failed: ['x.spec.ts › two [browser]', 'no server'],
      unsteady: ['x.spec.ts › one [browser]'],
    });
  });
});

describe('the launcher', () => {
  it('says in one sentence that Node is too old', () => {
    const script = join(import.meta.dirname, 'start.mjs');
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.0' }); process.argv[1] = ${JSON.stringify(script)}; await import(${JSON.stringify(script)});`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', pretend], { encoding: 'utf8' });
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(/^Latchkey needs Node 20 or later to install; this is v\S+\.\n$/);
  });
});
