import { expect, test } from 'vitest';
import type { KeyShape } from './key-shape.ts';
import { redactForeign } from './redact-foreign.ts';

const SHAPE: KeyShape = {
  prefix: 'acme_',
  lengthMin: 20,
  lengthMax: 40,
  alphabet: 'base64',
  hashKind: 'hmac',
};
const KEY = 'acme_Zy8Xw7Vu6Ts5Rq4Po3Nm';

test('words that look like imported keys are taken out of paths, agents and tags', () => {
  for (const [text, expected] of [
    [`/inventory/${KEY}/x`, '/inventory/acme_[redacted]/x'],
    [`/inventory/${KEY}`, '/inventory/acme_[redacted]'],
    [`sync/1 (${KEY})`, 'sync/1 (acme_[redacted])'],
    [`key=${KEY}`, 'key=acme_[redacted]'],
    [`${KEY},${KEY}`, 'acme_[redacted],acme_[redacted]'],
    ['/acme_docs/a', '/acme_docs/a'],
    ['/orders/42', '/orders/42'],
  ] as const) {
    expect(redactForeign(text, null, [SHAPE])).toBe(expected);
  }
});

test('the presented key is taken out whatever it looks like, also percent-encoded', () => {
  const key = 'Zy8Xw7Vu6Ts5+Rq4Po3/Nm2Lk1==';
  expect(redactForeign(`/a/${key}/b`, key, [])).toBe('/a/[redacted]/b');
  expect(redactForeign(`/a/${encodeURIComponent(key)}/b`, key, [])).toBe('/a/[redacted]/b');
});

test('a shape without a prefix takes no ordinary word away', () => {
  const text = '/orders/0b8c2d9e-3f4a-4c5b-9d6e-7f8091a2b3c4';
  expect(redactForeign(text, null, [{ ...SHAPE, prefix: '' }])).toBe(text);
});
