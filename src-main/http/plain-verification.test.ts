import { expect, test } from 'vitest';
import { verifyRequest } from '#contract/verify.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { readPlainVerification } from './plain-verification.ts';

/** Reads a body the long way; null when it is refused. */
function longWay(body: Buffer): unknown {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  const parsed = json.ok ? verifyRequest.safeParse(json.value) : null;
  return parsed?.success === true ? parsed.data : null;
}

const KEY = `lk_live_datafeed_k7Qd2mX9pR4t_${'a'.repeat(49)}`;
const CHARACTERS = [...'{}[]",:\\ \t\n0129.-+eE/?aZ_truefalsn', '\u0000', '\u007f', 'é', '€', '😀'];
const VALUES = [
  ...[
    'GET',
    'get',
    'M-SEARCH',
    '/a/b',
    'req_1',
    'a b',
    '',
    'inventory:read',
    KEY,
    '203.0.113.9',
    'x'.repeat(200),
  ],
  ...[
    0,
    1,
    7,
    1000,
    1001,
    -1,
    1.5,
    1e3,
    12345,
    true,
    false,
    null,
    [],
    ['a:read'],
    ['a', 'a'],
    [''],
    [1],
    {},
    { a: 1 },
  ],
];
const NAMES = [
  ...[
    'key',
    'keyId',
    'secret',
    'method',
    'path',
    'scopes',
    'clientIp',
    'origin',
    'userAgent',
    'cost',
    'tags',
  ],
  ...['requestId', 'dryRun', 'explain', 'scopeQuery', 'rateLimits', '__proto__', 'unknown'],
];

test.each([
  { key: KEY, method: 'GET', path: '/inventory/42' },
  { key: 'x', scopes: ['inventory:read', 'b'], cost: 0 },
  {
    keyId: 'k7Qd2mX9pR4t',
    secret: 'a',
    method: 'POST',
    path: '/?q=1',
    clientIp: '::1',
    requestId: 'r-1',
    cost: 1000,
  },
  { key: KEY, method: 'PUT', path: '', origin: 'https://a.example', userAgent: 'curl/8 (x; y)' },
])('a plain body is read at once: %o', (fields) => {
  const compact = Buffer.from(JSON.stringify(fields));
  expect(readPlainVerification(compact)).toEqual(longWay(compact));
  expect(longWay(compact)).not.toBeNull();
  const spaced = Buffer.from(
    `  ${JSON.stringify(fields).replaceAll('":', '" : ').replaceAll(',"', ' , "')} `,
  );
  expect(readPlainVerification(spaced)).toEqual(longWay(spaced));
  expect(readPlainVerification(spaced)).not.toBeNull();
});

test('whatever is read at once, the long way reads the same, byte by byte changed at random', () => {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const pick = <T>(from: readonly T[]): T | undefined => from[random(from.length)];
  let taken = 0;
  for (let round = 0; round < 60_000; round += 1) {
    const members = [
      ['key', KEY],
      ['method', 'GET'],
      ['path', '/inventory/42'],
    ];
    const fields = random(4) === 0 ? [] : members;
    const more = Array.from({ length: random(4) }, () => [pick(NAMES), pick(VALUES)]);
    const all = [...fields, ...more].map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
    let text = `{${all.join(random(3) === 0 ? ', ' : ',')}}`;
    for (let changes = random(3); changes > 0; changes -= 1) {
      const at = random(text.length + 1);
      text = text.slice(0, at) + (pick(CHARACTERS) ?? '') + text.slice(at + random(3));
    }
    const body = Buffer.from(text, random(20) === 0 ? 'latin1' : 'utf8');
    const read = readPlainVerification(body);
    if (read === null) continue;
    taken += 1;
    expect(longWay(body), text).toEqual(read);
  }
  expect(taken).toBeGreaterThan(5_000);
});
