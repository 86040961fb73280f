import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { BASE62 } from './base62.ts';
import {
  findKeyTexts,
  formatAdminToken,
  formatKey,
  formatServiceToken,
  isAdminToken,
  isServiceToken,
  joinPair,
  keyHintText,
  lastFour,
  pairToKeyText,
  parseKey,
  tokenHintText,
} from './key-format.ts';

const base62 = (length: number) =>
  fc.string({ unit: fc.constantFrom(...BASE62), minLength: length, maxLength: length });
const slug = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 2,
  maxLength: 24,
});
const keyParts = fc.record({
  environment: fc.constantFrom('live', 'test'),
  slug,
  keyId: base62(12).map((text) => text as KeyId),
  secret43: base62(43),
});
const SAMPLE = {
  environment: 'live',
  slug: 'datafeed',
  keyId: 'k7Qd2mX9pR4t' as KeyId,
  secret43: 'Zy8Xw7Vu6Ts5Rq4Po3Nm2Lk1Ji0Hg9Fe8Dc7Ba6zYxW',
} as const;

describe('keys', () => {
  test('a formatted key parses into the parts it was made of', () => {
    fc.assert(
      fc.property(keyParts, (parts) => {
        const { secret43: _, ...name } = parts;
        expect(parseKey(formatKey(parts))).toEqual({ kind: 'key', ...name });
      }),
      { numRuns: 1_000 },
    );
  });

  test('the layout and the checksum are those of the published format', () => {
    // The six characters were computed apart from this code, with Python's zlib.
    expect(formatKey({ ...SAMPLE, secret43: 'a'.repeat(43) })).toBe(
      `lk_live_datafeed_k7Qd2mX9pR4t_${'a'.repeat(43)}3Pl7P6`,
    );
  });

  test('every typo of one character is refused', () => {
    for (const parts of [SAMPLE, ...fc.sample(keyParts, { numRuns: 5, seed: 7 })]) {
      const text = formatKey(parts);
      for (let position = 0; position < text.length; position += 1) {
        for (const character of `${BASE62}_`) {
          if (character === text[position]) continue;
          const typo = text.slice(0, position) + character + text.slice(position + 1);
          expect(parseKey(typo).kind, `${String(position)} ${character}`).toBe('malformed');
        }
      }
    }
  });

  test('a lost, doubled or swapped character is refused', () => {
    for (const parts of fc.sample(keyParts, { numRuns: 20, seed: 11 })) {
      const text = formatKey(parts);
      for (let position = 0; position < text.length; position += 1) {
        const [before, here, after] = [
          text.slice(0, position),
          text.charAt(position),
          text.slice(position + 1),
        ];
        const wrong = [before + after, before + here + here + after];
        if (after !== '' && !after.startsWith(here))
          wrong.push(before + after.charAt(0) + here + after.slice(1));
        for (const typo of wrong) expect(parseKey(typo).kind, typo).toBe('malformed');
      }
    }
  });

  test('nothing else is a key, and why not is said without repeating it', () => {
    const text = formatKey(SAMPLE);
    for (const wrong of [
      '',
      'x',
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
      text.replace('live', 'prod'),
    ]) {
      const parsed = parseKey(wrong);
      expect(parsed.kind).toBe('malformed');
      if (parsed.kind === 'malformed') expect(parsed.why).not.toContain(SAMPLE.secret43);
    }
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(parseKey(any).kind).toBe('malformed');
      }),
    );
    expect(parseKey(`${text}a`)).toMatchObject({ why: expect.stringContaining('this one has 50') });
    expect(parseKey(text.replace('lk_', 'sk_'))).toMatchObject({ why: expect.stringContaining('lk_live_') });
    expect(parseKey(text.replace('Z', '-'))).toMatchObject({ why: expect.stringContaining('underscores') });
    expect(parseKey(`${text}_x`)).toMatchObject({ why: expect.stringContaining('five parts') });
    expect(parseKey(text.replace('datafeed', 'DATA'))).toMatchObject({
      why: expect.stringContaining('application'),
    });
    expect(parseKey(text.replace('Zy8', 'zy8'))).toMatchObject({ why: expect.stringContaining('checksum') });
  });

  test('a hint recognises a key and is not enough to use it', () => {
    const text = formatKey(SAMPLE);
    const hint = keyHintText({ ...SAMPLE, last4: lastFour(text) });
    expect(hint).toBe(`lk_live_datafeed_k7Qd2mX9pR4t_…${text.slice(-4)}`);
    expect(parseKey(hint).kind).toBe('malformed');
  });
});

describe('tokens', () => {
  test('tokens have a shape and a checksum of their own, and none passes for another', () => {
    fc.assert(
      fc.property(base62(43), slug, (secret43, name) => {
        const admin = formatAdminToken(secret43);
        const service = formatServiceToken({ slug: name, secret43 });
        expect([isAdminToken(admin), isServiceToken(admin)]).toEqual([true, false]);
        expect([isAdminToken(service), isServiceToken(service)]).toEqual([false, true]);
        expect(isAdminToken(admin.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')))).toBe(false);
        expect(isServiceToken(service.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')))).toBe(false);
      }),
    );
  });

  test('a service token leaves out the hyphens of the slug, and hints show the ends only', () => {
    const token = formatServiceToken({ slug: 'trade-hub', secret43: SAMPLE.secret43 });
    expect(token).toMatch(/^lks_tradehub_/);
    expect(tokenHintText(token)).toBe(`lks_tradehub_…${token.slice(-4)}`);
    const admin = formatAdminToken(SAMPLE.secret43);
    expect(tokenHintText(admin)).toBe(`lka_…${admin.slice(-4)}`);
  });
});

describe('pairs', () => {
  const text = formatKey(SAMPLE);
  const { keyId } = SAMPLE;

  test('the secret of a pair is the whole key or its last part, and both lead to the same key text', () => {
    expect(joinPair(keyId, text)).toEqual({ kind: 'whole', text, keyId });
    const part = joinPair(keyId, text.slice(-49));
    expect(part).toEqual({ kind: 'part', keyId, secretPart: text.slice(-49) });
    expect(pairToKeyText({ ...SAMPLE, secretPart: text.slice(-49) })).toBe(text);
  });

  test('the 43 characters of the secret alone are enough: the checksum is computed', () => {
    const secretPart = text.slice(-49, -6);
    expect(joinPair(keyId, secretPart)).toEqual({ kind: 'part', keyId, secretPart });
    expect(pairToKeyText({ ...SAMPLE, secretPart })).toBe(text);
    for (const length of [42, 44, 48, 50]) {
      expect(joinPair(keyId, 'a'.repeat(length)).kind).toBe('malformed');
    }
  });

  test('a pair that does not belong together is refused', () => {
    expect(joinPair('AAAAAAAAAAAA', text).kind).toBe('malformed');
    expect(joinPair('short', text).kind).toBe('malformed');
    expect(joinPair(keyId, text.slice(-48)).kind).toBe('malformed');
    expect(pairToKeyText({ ...SAMPLE, slug: 'other', secretPart: text.slice(-49) })).toBeNull();
  });
});

describe('keys in text', () => {
  test('whole keys, public parts and misspelt keys are told apart, each named once', () => {
    const other = formatKey({ ...SAMPLE, keyId: 'AAAAbbbbCCCC' as KeyId });
    const text = formatKey(SAMPLE);
    const found = findKeyTexts(
      [
        `curl -H "X-API-Key: ${text}" https://api.example/?k=${text}&x`,
        `seen${other}.`,
        'lk_live_datafeed_k7Qd2mX9pR4t_…9f4A lk_test_ab_ZZZZyyyyXXXX, lk_live_datafeed_k7Qd2mX9pR4t_cut',
        `${text.slice(0, -1)}! ${text.replace('Zy8', 'Zy9')}`,
        'lk_ lk_live_ lk_live_a_b lk_live_datafeed_k7Qd2mX9pR4tt',
      ].join('\n'),
    );
    expect(found).toEqual({
      whole: [text, other],
      publicParts: ['k7Qd2mX9pR4t', 'ZZZZyyyyXXXX'],
      badChecksum: 1,
    });
  });

  test('four megabytes of almost-keys are searched in linear time', () => {
    const almost = 'lk_live_datafeedlk_live_datafeed_k7Qd2mX9pR4t_'.repeat(91_000);
    const startedMs = performance.now();
    expect(findKeyTexts(almost).publicParts).toEqual(['k7Qd2mX9pR4t']);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});
