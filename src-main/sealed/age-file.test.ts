import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { armor, Decrypter } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealToRecipient, sealWithPassphrase } from './age-file.ts';

const SECRET = 'lk_live_datafeed_k7Qd2mX9pR4t_not-a-real-one';
const PASSPHRASE = 'amber-canal-otter-prism-lotus-tiger-raft-jury';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-age-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Debian's own age makes the pair and opens the file. */
function newPair(name: string): { readonly identity: string; readonly recipient: string } {
  const identity = join(folder, name);
  execFileSync('age-keygen', ['-o', identity], { stdio: 'pipe' });
  const recipient = /age1\w+/.exec(readFileSync(identity, 'utf8'))?.[0] ?? '';
  return { identity, recipient };
}

describe('a file sealed to a recipient', () => {
  it("opens with Debian's age and the right private key, to the very secret", async () => {
    const pair = newPair('right');
    const file = join(folder, 'sealed.age');
    const sealed = await sealToRecipient(pair.recipient, SECRET);
    writeFileSync(file, sealed);
    expect(sealed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/);
    expect(execFileSync('age', ['-d', '-i', pair.identity, file], { encoding: 'utf8' })).toBe(SECRET);
    const wrong = spawnSync('age', ['-d', '-i', newPair('wrong').identity, file], { encoding: 'utf8' });
    expect(wrong.status).not.toBe(0);
    expect(wrong.stdout).toBe('');
  });

  it('is refused for a text that is no recipient', async () => {
    await expect(sealToRecipient('age1nothing', SECRET)).rejects.toThrow();
  });
});

it('a file sealed with a passphrase opens with it, not with another one, and does not hold up the event loop', async () => {
  let longestMs = 0;
  let lastMs = performance.now();
  const ticks = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 2);
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const sealed = await sealWithPassphrase(PASSPHRASE, SECRET);
  const tookMs = performance.now() - startedMs;
  const cpuMs = process.cpuUsage(cpuBefore).user / 1_000;
  clearInterval(ticks);
  // The work is there, and no turn of the loop had it. On a busy machine turns are late by themselves, hence the share.
  expect(cpuMs).toBeGreaterThan(100);
  expect(longestMs).toBeLessThan(tookMs / 2);
  const open = async (passphrase: string) => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    return decrypter.decrypt(armor.decode(sealed), 'text');
  };
  expect(await open(PASSPHRASE)).toBe(SECRET);
  await expect(open(`${PASSPHRASE}x`)).rejects.toThrow();
}, 60_000);
