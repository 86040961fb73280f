import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileSecretStore, givenSecretStore } from './secret-store.ts';

const secret = Buffer.from('0123456789abcdef0123456789abcdef');
const keyPath = () => join(mkdtempSync(join(tmpdir(), 'latchkey-secret-')), 'master.key');

it('keeps the master secret in a file that only its owner can read', async () => {
  const path = keyPath();
  const store = fileSecretStore(path);
  expect(await store.read()).toBeNull();
  await store.write(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(Buffer.from((await store.read()) ?? []).equals(secret)).toBe(true);
});

it.each([0o640, 0o604, 0o644])(
  'refuses a master secret that others can read (mode %o) and leaves it as it is',
  (mode) => {
    const path = keyPath();
    writeFileSync(path, secret.toString('base64'), { mode: 0o600 });
    chmodSync(path, mode);
    expect(() => fileSecretStore(path).read()).toThrow(/chmod 600/);
    expect(statSync(path).mode & 0o777).toBe(mode);
  },
);

it.each(['', 'not a secret', Buffer.alloc(31).toString('base64')])(
  'refuses a master.key that holds %j',
  (text) => {
    const path = keyPath();
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => fileSecretStore(path).read()).toThrow(/Put the original/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

it('takes a master secret from outside as base64 or hex, and repeats none of it when it is too short', async () => {
  expect(Buffer.from((await givenSecretStore(secret.toString('hex')).read()) ?? []).equals(secret)).toBe(
    true,
  );
  expect(Buffer.from((await givenSecretStore(secret.toString('base64')).read()) ?? []).equals(secret)).toBe(
    true,
  );
  for (const bad of ['short', 'x'.repeat(20), '!'.repeat(64)]) {
    expect(() => givenSecretStore(bad)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => givenSecretStore(bad)).not.toThrow(bad);
  }
});
