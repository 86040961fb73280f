import { createHmac, hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeyring } from './keyring.ts';

const secret = Buffer.alloc(32, 7);

it('hashes keys with HMAC-SHA-256 under a pepper derived by HKDF, so that stored hashes stay readable for ever', () => {
  const pepper = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey pepper v1', 32));
  const expected = createHmac('sha256', pepper).update('lk_live_x').digest('hex');
  expect(createKeyring(secret).hash('lk_live_x').toString('hex')).toBe(expected);
});

it('keeps pepper, audit key and fingerprint apart', () => {
  const keyring = createKeyring(secret);
  expect(keyring.auditMac('a').equals(keyring.hash('a'))).toBe(false);
  expect(keyring.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  expect(createKeyring(Buffer.alloc(32, 8)).fingerprint).not.toBe(keyring.fingerprint);
});

it('hashes every text as HMAC-SHA-256 does, of any length and alphabet, also many at once', () => {
  const pepper = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey pepper v1', 32));
  const keyring = createKeyring(secret);
  const alphabets = ['lk_live_0123456789abcXYZ', 'äöü€', '😀\ud800\udc00\ud800', '\0\u007f\u0080\u00ff'];
  for (let round = 0; round < 4_000; round += 1) {
    const alphabet = alphabets[round % alphabets.length] ?? '';
    const length = round % 200;
    const text = Array.from({ length }, (_, at) => alphabet[(at * 7 + round) % alphabet.length]).join('');
    const expected = createHmac('sha256', pepper).update(text, 'utf8').digest('hex');
    expect(keyring.hash(text).toString('hex')).toBe(expected);
    expect(Buffer.from(keyring.hashText(text), 'latin1').toString('hex')).toBe(expected);
  }
});
