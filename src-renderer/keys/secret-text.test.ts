import { expect, test } from 'vitest';
import { maskedSecret, secretPart, snippet, SNIPPET_KINDS, variableName } from './secret-text.ts';

const PUBLIC = 'lk_live_datafeed_k7Qd2mX9pR4t_';
const SECRET = `${PUBLIC}${'S'.repeat(43)}xyz9f4`;

test('the masked text holds the public part and the last four characters, nothing else of the secret', () => {
  expect(maskedSecret(SECRET)).toBe(`${PUBLIC}••••••••••••z9f4`);
});

test('a text of another form is masked but for its last four characters', () => {
  expect(maskedSecret('lks_trade_abcdefgh')).toBe('••••••••••••efgh');
});

test('snippets name a variable and no secret', () => {
  const variable = variableName('datafeed');
  expect(variable).toBe('DATAFEED_API_KEY');
  expect(variableName('3scale')).toBe('KEY_3SCALE_API_KEY');
  const subject = { keyId: 'k7Qd2mX9pR4t', path: '/inventory/42', variable };
  for (const { value } of SNIPPET_KINDS) expect(snippet(value, subject)).toContain(variable);
  expect(snippet('basic', subject)).toContain('-u "k7Qd2mX9pR4t:$DATAFEED_API_KEY"');
  expect(snippet('pair', subject)).toContain("-H 'X-API-Key: k7Qd2mX9pR4t'");
});

test('the secret beside the id is what stands behind the last underscore, with the checksum', () => {
  expect(secretPart(SECRET)).toBe(`${'S'.repeat(43)}xyz9f4`);
});
