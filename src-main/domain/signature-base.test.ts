import { createHmac, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureBase } from './signature-base.ts';
import type { SignedMessage } from './signature-base.ts';
import { readSignatureInputs, readSignatures } from './signature-fields.ts';

/** The test request of RFC 9421, B.2. */
const REQUEST: SignedMessage = {
  method: 'POST',
  path: '/foo?param=Value&Pet=dog',
  scheme: 'https',
  authority: 'example.com',
  headers: {
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest':
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    'content-length': '18',
  },
};
const PUBLIC_KEY = createPublicKey(
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----',
);

const baseOf = (input: string, request = REQUEST): string => {
  const [first] = readSignatureInputs(input) ?? [];
  if (first === undefined) throw new Error(`Not read: ${input}`);
  const base = signatureBase(first, request);
  if (!base.ok) throw new Error(base.why);
  return base.text;
};

test('the signature base of RFC 9421, B.2.6, is made as written there, and its Ed25519 signature fits', () => {
  const input =
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const base = baseOf(input);
  expect(base).toBe(`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`);
  const value =
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:';
  const signature = Buffer.from(readSignatures(value)?.get('sig-b26') ?? '', 'base64');
  expect(verify(null, Buffer.from(base), PUBLIC_KEY, signature)).toBe(true);
  expect(verify(null, Buffer.from(base.replace('/foo', '/bar')), PUBLIC_KEY, signature)).toBe(false);
});

test('the signature base of RFC 9421, B.2.5, gives the HMAC that is written there', () => {
  const input = 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
  const secret = Buffer.from(
    'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
    'base64',
  );
  const mac = createHmac('sha256', secret).update(baseOf(input)).digest('base64');
  expect(mac).toBe('pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');
});

test('parts of the target are those of section 2.2', () => {
  const lineOf = (name: string, request: Partial<SignedMessage> = {}) =>
    baseOf(`a=("${name}")`, { ...REQUEST, ...request }).split('\n')[0];
  expect(lineOf('@query')).toBe('"@query": ?param=Value&Pet=dog');
  expect(lineOf('@query', { path: '/foo' })).toBe('"@query": ?');
  expect(lineOf('@query', { path: '/foo', query: '?a=1' })).toBe('"@query": ?a=1');
  expect(lineOf('@path', { path: '' })).toBe('"@path": /');
  expect(lineOf('@target-uri')).toBe('"@target-uri": https://example.com/foo?param=Value&Pet=dog');
  expect(lineOf('@request-target')).toBe('"@request-target": /foo?param=Value&Pet=dog');
  expect(lineOf('@authority', { authority: 'WWW.Example.com:443' })).toBe('"@authority": www.example.com');
  expect(lineOf('@authority', { scheme: 'http', authority: 'a.example:80' })).toBe('"@authority": a.example');
  expect(lineOf('@authority', { authority: 'a.example:8443' })).toBe('"@authority": a.example:8443');
  expect(lineOf('@scheme', { scheme: 'HTTPS' })).toBe('"@scheme": https');
});

test('what was not told, what is not known here and what could be read as another line has no base', () => {
  const whyOf = (names: string, request: SignedMessage) => {
    const [input] = readSignatureInputs(`a=(${names})`) ?? [];
    const base = input === undefined ? null : signatureBase(input, request);
    return base?.ok === false ? base.why : null;
  };
  const bare = { method: 'GET', path: '/' };
  for (const name of [
    '@authority',
    '@scheme',
    '@target-uri',
    '@status',
    '@query-param',
    'date',
    'constructor',
  ])
    expect(whyOf(`"${name}"`, { ...bare, headers: {} }), name).toContain(name);
  expect(whyOf('"date"', { ...bare, headers: { date: 'x\n"@method": GET' } })).toContain('ASCII');
  expect(whyOf('"@path"', { method: 'GET', path: '/a\n"@query": ?' })).toContain('ASCII');
});

test('a field that is not well formed, or asks for what is not supported, is not read', () => {
  const good = 'sig=("@method" "@path");created=1;keyid="k"';
  expect(readSignatureInputs(good)).toHaveLength(1);
  expect(readSignatureInputs(`${good}, other=()`)).toHaveLength(2);
  const bad = [
    '',
    'sig',
    'sig=',
    'sig=("@method"',
    'sig=("@method""@path")',
    'sig=("@method" "@method")',
    'sig=("@method";req)',
    'sig=("@query-param";name="a")',
    'sig=("Date")',
    'sig=(@method)',
    `${good},`,
    `${good}, sig=()`,
    'sig=();created=1.5',
    'sig=();keyid="a',
    'sig=();keyid="\u00fc"',
    'Sig=()',
    `sig=(${Array.from({ length: 21 }, (_, index) => `"h${String(index)}"`).join(' ')})`,
    Array.from({ length: 9 }, (_, index) => `s${String(index)}=()`).join(', '),
    `sig=();keyid="${'a'.repeat(4_096)}"`,
  ];
  for (const field of bad) expect(readSignatureInputs(field), field).toBeNull();
  for (const field of ['sig=abc', 'sig=:a b:', 'sig=:YQ==', ''])
    expect(readSignatures(field), field).toBeNull();
});

test('the parameters go into the base in the strict form, whatever spaces they came with', () => {
  const [input] =
    readSignatureInputs('sig=(  "@method"   "@path" ); created=007;x;y=?1;z=?0; keyid="a\\"b"') ?? [];
  expect(input).toMatchObject({ created: 7, keyId: 'a"b' });
  expect(input?.text).toBe('("@method" "@path");created=7;x;y;z=?0;keyid="a\\"b"');
});

test('no text makes the readers fail or wait', () => {
  const piece = fc.constantFrom(
    'sig',
    '=',
    '(',
    ')',
    '"',
    '"@method"',
    ';',
    ',',
    ' ',
    ':',
    'YQ==',
    '1',
    '?1',
    '\\',
    '\n',
    'é',
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  const property = fc.property(text, (field) => {
    for (const input of readSignatureInputs(field) ?? []) {
      // What was read is read again as the same.
      const [again] = readSignatureInputs(`${input.label}=${input.text}`) ?? [];
      expect(again).toEqual(input);
    }
    readSignatures(field);
  });
  fc.assert(property, { numRuns: 300 });
});
