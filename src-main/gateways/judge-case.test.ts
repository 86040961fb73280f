import { expect, it } from 'vitest';
import { keyId } from '#contract/ids.ts';
import type { GatewayCase } from '#contract/gateways.ts';
import { judgeCase } from './judge-case.ts';
import type { PlannedCase } from './gateway-cases.ts';
import type { ProbeResult } from './probe.ts';

const KEYS = { good: 'lk_test_gatewaytest_the-whole-key', goodKeyId: keyId.parse('k7Qd2mX9pR4t') };

const planned = (name: GatewayCase, expectedStatus: number | null): PlannedCase => ({
  case: name,
  label: name,
  method: 'GET',
  path: '/',
  headers: {},
  body: null,
  expectedStatus,
  alsoFine: [],
});
const answer = (status: number, body = '', headers: Record<string, string> = {}): ProbeResult => ({
  kind: 'answered',
  status,
  headers,
  body,
});
const problem = (status: number, code: string): ProbeResult =>
  answer(status, JSON.stringify({ status, code }), { 'content-type': 'application/problem+json' });

it.each([
  ['nginx without error_page', planned('limited', 429), answer(500), 'error_page'],
  ['X-Latchkey-Status not mapped back', planned('limited', 429), answer(403), 'X-Latchkey-Status'],
  ['a request let through', planned('missing', 401), answer(200), 'let through'],
  ['a limit not kept', planned('limited', 429), answer(200), 'cache'],
  ['no Retry-After', planned('limited', 429), answer(429), 'Retry-After'],
  ['an old service token', planned('missing', 401), problem(401, 'SERVICE_TOKEN_INVALID'), 'service token'],
  ['no original URI', planned('good', null), problem(500, 'GATEWAY_MISCONFIGURED'), 'original method or URI'],
  ['a key that does not arrive', planned('good', null), problem(401, 'MISSING_KEY'), 'allowed_headers'],
  ['a rewritten path', planned('good', null), problem(403, 'INSUFFICIENT_SCOPE'), 'rewrites'],
  ['Latchkey down', planned('missing', 401), answer(503), 'cannot be reached'],
  ['no route', planned('missing', 401), answer(404), 'no route'],
  ['a redirect', planned('good', null), answer(308), 'redirect'],
  ['the service down', planned('good', null), answer(502), 'service runs'],
  ['a throttled source', planned('missing', 401), problem(429, 'SERVICE_THROTTLED'), 'Wait'],
  [
    'a key at the service',
    planned('key-removed', null),
    answer(200, `{"got":"${KEYS.good}"}`),
    'got the key',
  ],
  [
    'a forged header at the service',
    planned('forged-identity', null),
    answer(200, 'forged0000000'),
    'forged',
  ],
])('%s is told with what to change', (_name, plan, result, hint) => {
  const verdict = judgeCase(plan, result, KEYS);
  expect(verdict.isOk).toBe(false);
  expect(verdict.hint).toContain(hint);
});

it('says of what cannot be seen that it cannot, unless the service echoes', () => {
  for (const name of ['key-removed', 'forged-identity'] as const) {
    expect(judgeCase(planned(name, null), answer(200, '{}'), KEYS)).toMatchObject({ isOk: null });
    const echo = JSON.stringify({ 'x-key-id': KEYS.goodKeyId });
    expect(judgeCase(planned(name, null), answer(200, echo), KEYS)).toMatchObject({ isOk: true, hint: null });
  }
});

it('takes any answer of the service itself for a good key, and the refusal of the proxy where it may refuse', () => {
  for (const status of [200, 204, 404, 405, 422]) {
    expect(judgeCase(planned('good', null), answer(status), KEYS).isOk, String(status)).toBe(true);
  }
  const odd = { ...planned('odd-path', 403), alsoFine: [400, 404] };
  expect([400, 403, 404].map((status) => judgeCase(odd, answer(status), KEYS).isOk)).toEqual([
    true,
    true,
    true,
  ]);
});

it.each([
  ['ECONNREFUSED', 'Nothing listens'],
  ['ENOTFOUND', 'host name'],
  ['TIMEOUT', '5 seconds'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
  ['EHOSTUNREACH', 'EHOSTUNREACH'],
])('a connection that fails with %s is explained', (code, hint) => {
  const verdict = judgeCase(planned('missing', 401), { kind: 'failed', code }, KEYS);
  expect(verdict).toMatchObject({ seenStatus: null, isOk: false });
  expect(verdict.hint).toContain(hint);
});
