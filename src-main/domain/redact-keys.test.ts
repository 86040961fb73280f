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

test('text without keys stays as it is', () => {
  expect(redactKeys('/walks/lk_live_guide')).toBe('/walks/lk_live_guide');
});
