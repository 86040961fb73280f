import { expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { LeakScanner, type LeakFinding } from '#contract/leak-scan.ts';
import { formatAdminToken, formatEnrolmentToken, formatKey, formatServiceToken } from './key-format.ts';

const KEY_ID = keyId.parse('k7Qd2mX9pR4t');
const SECRET = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA2cD4eF6gH8j';
const KEY = formatKey({ environment: 'live', slug: 'datafeed', keyId: KEY_ID, secret43: SECRET });
const TEST_KEY = formatKey({ environment: 'test', slug: 'ab', keyId: KEY_ID, secret43: SECRET });
const LONG_KEY = formatKey({ environment: 'test', slug: 'a'.repeat(24), keyId: KEY_ID, secret43: SECRET });
const TOKENS = [
  formatServiceToken({ slug: 'trade', secret43: SECRET }),
  formatAdminToken(SECRET),
  formatEnrolmentToken(SECRET),
];
const SECRETS = [KEY, TEST_KEY, LONG_KEY, ...TOKENS];

function scan(text: string, partLength = text.length || 1): readonly LeakFinding[] {
  const found: LeakFinding[] = [];
  const scanner = new LeakScanner((finding) => found.push(finding));
  for (let at = 0; at < text.length; at += partLength) scanner.push(text.slice(at, at + partLength));
  scanner.end();
  return found;
}
const secretsOf = (text: string, partLength?: number) => scan(text, partLength).map(({ secret }) => secret);
const latin1 = (bytes: Buffer): string => bytes.toString('latin1');
const filler = (length: number): string =>
  'The bulk of walks: lk_ talks_ bGt xr sa %5F.\n'.repeat(length / 45 + 1).slice(0, length);

/** Each way in which a secret is written down, with something of every length before and behind. */
const GUISES: Readonly<Record<string, (secret: string, before: string) => string>> = {
  plain: (secret, before) => `${before}${secret}"`,
  'glued to more': (secret, before) => `${before}x${secret}zzz`,
  percent: (secret, before) => `${before}${secret.replaceAll('_', '%5F')}&b=1`,
  'percent, twice': (secret, before) => `${before}${secret.replaceAll('_', '%255f')}&b=1`,
  'percent, each character': (secret, before) =>
    before + [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(''),
  'JSON escapes': (secret, before) => `${before}${secret.replaceAll('_', '\\u005f')}"`,
  'JSON escapes, each character': (secret, before) =>
    before + [...Buffer.from(secret)].map((byte) => `\\u00${byte.toString(16)}`).join(''),
  'quoted-printable': (secret, before) => `${before}${secret.slice(0, 30)}=\r\n${secret.slice(30)}\r\n`,
  'quoted-printable underscores': (secret, before) => `${before}${secret.replaceAll('_', '=5F')}\r\n`,
  'UTF-16LE': (secret, before) => latin1(Buffer.from(`${before}${secret}\n`, 'utf16le')),
  'UTF-16BE': (secret, before) => latin1(Buffer.from(`${before}${secret}\n`, 'utf16le').swap16()),
  base64: (secret, before) => `:${Buffer.from(`${before}${secret}:x`).toString('base64')}`,
  base64url: (secret, before) => `:${Buffer.from(`${before}ÿ>?${secret}`).toString('base64url')}`,
  'base64 in lines of 76': (secret, before) =>
    (
      Buffer.from(`${before}${secret}`)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\r\n'),
  'base64 in indented lines of 64': (secret, before) =>
    (
      Buffer.from(`${before}${secret}`)
        .toString('base64')
        .match(/.{1,64}/g) ?? []
    ).join('\n    '),
};

test.each(Object.keys(GUISES))('a key or token is found as %s at every offset', (guise) => {
  for (const secret of SECRETS) {
    for (let offset = 0; offset <= 80; offset += 1) {
      const text = GUISES[guise]?.(secret, '.'.repeat(offset)) ?? '';
      expect(secretsOf(text), `${guise} +${offset}`).toEqual([secret]);
    }
  }
});

test.each(Object.keys(GUISES))('as %s it is found wherever the parts of a stream end, once', (guise) => {
  const text = `${filler(3_000)}${GUISES[guise]?.(KEY, 'a') ?? ''}${filler(3_000)}`;
  for (let partLength = 1_001; partLength < 4_500; partLength += 211) {
    expect(secretsOf(text, partLength), String(partLength)).toEqual([KEY]);
  }
  expect(secretsOf(text, 7)).toEqual([KEY]);
});

test('line and column are those of the whole text, over its parts', () => {
  const text = `${'line\n'.repeat(900)}  key: ${KEY}\nnext: ${TEST_KEY} ${TOKENS[1] ?? ''}`;
  const places = scan(text, 1_111).map(({ line, column, name }) => [line, column, name]);
  expect(places).toEqual([
    [901, 8, 'lk_live_datafeed_k7Qd2mX9pR4t'],
    [902, 7, 'lk_test_ab_k7Qd2mX9pR4t'],
    [902, 8 + TEST_KEY.length, 'lka'],
  ]);
});

test('what may be shown of a finding holds nothing of the secret', () => {
  for (const { secret, ...shown } of scan(SECRETS.join('\n'))) {
    for (let at = 0; at + 6 <= SECRET.length; at += 1) {
      expect(JSON.stringify(shown)).not.toContain(SECRET.slice(at, at + 6));
    }
    expect(secret).not.toBe('');
  }
  expect(scan(SECRETS.join('\n')).map(({ kind }) => kind)).toEqual([
    ...['key', 'key', 'key', 'service_token', 'admin_token', 'enrolment_token'],
  ]);
});

test('one wrong character, or a swap, makes it a look-alike; a hint or a cut key is only public', () => {
  const swapped = `${KEY.slice(0, 40)}${KEY[41] ?? ''}${KEY[40] ?? ''}${KEY.slice(42)}`;
  for (const text of [`${KEY.slice(0, -1)}${KEY.endsWith('A') ? 'B' : 'A'}`, swapped]) {
    expect(scan(text)).toMatchObject([{ state: 'mistyped', keyId: KEY_ID, secret: '' }]);
  }
  for (const text of [KEY.slice(0, -20), 'lk_live_datafeed_k7Qd2mX9pR4t_…9f4A']) {
    expect(scan(text)).toMatchObject([{ state: 'public', keyId: KEY_ID, secret: '' }]);
  }
  expect(scan(TOKENS[1]?.slice(0, -20) ?? '')).toEqual([]);
});

test('2 MB of noise with three keys take less than 300 ms', () => {
  const noise = filler(700_000);
  const text = `${noise}${KEY}${noise}${TEST_KEY}${noise}${LONG_KEY}`;
  expect(text.length).toBeGreaterThan(2_000_000);
  const start = performance.now();
  expect(secretsOf(text)).toEqual([KEY, TEST_KEY, LONG_KEY]);
  expect(performance.now() - start).toBeLessThan(300);
});

test.each([['lk_%'], ['lk_live_'], ['bGtf'], ['%6c%6b'], ['l\0k\0_\0'], [`${'A'.repeat(76)}\n`], ['a']])(
  'a megabyte of %j takes time in proportion to its length',
  (piece) => {
    const timeOf = (length: number): number => {
      const text = piece.repeat(length / piece.length);
      const start = performance.now();
      scan(text, 65_536);
      return performance.now() - start;
    };
    timeOf(100_000);
    const short = Math.max(timeOf(100_000), 1);
    expect(timeOf(800_000) / short).toBeLessThan(40);
  },
);
