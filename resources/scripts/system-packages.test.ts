import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutStarting } from './system-packages.mjs';

let folder: string;
let policyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'));
  policyFile = join(folder, 'policy-rc.d');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('while packages are installed', () => {
  it('no service may be started, and afterwards they may again', async () => {
    const during = await withoutStarting(
      [],
      () => Promise.resolve(readFileSync(policyFile, 'utf8')),
      policyFile,
    );
    expect(during).toContain('exit 101');
    expect(existsSync(policyFile)).toBe(false);
  });

  it('a policy of the machine’s own stays as it is', async () => {
    writeFileSync(policyFile, 'own');
    await withoutStarting([], () => Promise.resolve(), policyFile);
    expect(readFileSync(policyFile, 'utf8')).toBe('own');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'a run that %s breaks off leaves no policy behind',
    async (signal) => {
      const module = new URL('./system-packages.mjs', import.meta.url).href;
      const script = `import { withoutStarting } from ${JSON.stringify(module)};
      setInterval(() => {}, 1000);
      await withoutStarting([], () => { console.log('installing'); return new Promise(() => {}); }, ${JSON.stringify(policyFile)});`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      expect(existsSync(policyFile)).toBe(true);
      child.kill(signal);
      await once(child, 'exit');
      expect(existsSync(policyFile)).toBe(false);
    },
  );
});
