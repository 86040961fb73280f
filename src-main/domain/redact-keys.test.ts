import { expect, test } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { formatAdminToken, formatKey, formatServiceToken } from './key-format.ts';
import { redactKeys } from './redact-keys.ts';

const secret43 = 'Zy8Xw7Vu6Ts5Rq4Po3Nm2Lk1Ji0Hg9Fe8Dc7Ba6zYxW';

test('no secret of a key or token is left, also when it was cut off', () => {
  const key = formatKey({ environment: 'test', slug: 'shop', keyId: 'k7Qd2mX9pR4t' as KeyId, secret43 });
  const tokens = [
    key,
    key.slice(0, -12),
    formatAdminToken(secret43),
    formatServiceToken({ slug: 'trade', secret43 }),
  ];
  const redacted = redactKeys(`/a/${tokens.join('/')}`);
  expect(redacted).toBe(
    '/a/lk_test_shop_k7Qd2mX9pR4t_[redacted]/lk_test_shop_k7Qd2mX9pR4t_[redacted]/lka_[redacted]/lks_trade_[redacted]',
  );
});

test('no signed token is left, and a hostile text full of their beginnings is read in no time', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part({ sub: 'k7Qd2mX9pR4t' })}.${secret43}${secret43}`;
  expect(redactKeys(`/a/${token}/b`)).toBe('/a/[redacted token]/b');
  expect(redactKeys(`token=${token}`)).toBe('token=[redacted token]');
  expect(redactKeys('/eyJ/keyJohn.eyJ.txt')).toBe('/eyJ/keyJohn.eyJ.txt');
  const startedMs = performance.now();
  for (const hostile of ['eyJ'.repeat(100_000), `${'eyJ'.repeat(10)}.`.repeat(10_000)]) redactKeys(hostile);
  expect(performance.now() - startedMs).toBeLessThan(500);
});

test('text without keys stays as it is', () => {
  expect(redactKeys('/walks/lk_live_guide')).toBe('/walks/lk_live_guide');
});

test('percent-encoding hides no key, once or several times encoded, with underscores or letters encoded', () => {
  const key = formatKey({ environment: 'live', slug: 'shop', keyId: 'k7Qd2mX9pR4t' as KeyId, secret43 });
  const hint = 'lk_live_shop_k7Qd2mX9pR4t_[redacted]';
  for (const underscore of ['%5F', '%5f', '%255F', '%25255f']) {
    expect(redactKeys(`/a/${key.replaceAll('_', underscore)}/b`)).toBe(`/a/${hint}/b`);
  }
  const everyCharacter = [...key].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  expect(redactKeys(`/${everyCharacter}`)).toBe(`/${hint}`);
  expect(redactKeys(`/${key}/${key.replaceAll('_', '%5F')}/${everyCharacter}`)).toBe(
    `/${hint}/${hint}/${hint}`,
  );
});

test('a path with other escapes stays as it is', () => {
  for (const path of ['/a%20b/%C3%A4', '/lk%5Flive%5Fguide', '/100%25', '/%2561', '/%']) {
    expect(redactKeys(path)).toBe(path);
  }
});

test('a text made to be slow is not', () => {
  for (const part of ['lk_live_', '%25', 'lk%5F', `lka_${'a'.repeat(19)}`, '%2525']) {
    const startedMs = performance.now();
    redactKeys(part.repeat(200_000 / part.length));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  }
});
