import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInNetwork, parseAddress, parseNetwork, type IpNetwork } from './ip-address.ts';
import { NetworkSet, networkText } from './network-set.ts';

function must<T>(value: T | null): T {
  if (value === null) throw new Error('It cannot be read.');
  return value;
}

const network = (text: string): IpNetwork => must(parseNetwork(text));
const setOf = (texts: readonly string[]) =>
  new NetworkSet(texts.map((text) => ({ network: network(text), value: text })));
const any = () => true;

// Few distinct parts, so that addresses fall into networks often enough.
const v4 = fc
  .array(fc.constantFrom(0, 1, 127, 128, 203, 255), { minLength: 4, maxLength: 4 })
  .map((parts) => parts.join('.'));
const v6 = fc
  .array(fc.constantFrom(0, 1, 0x8000, 0xffff, 0x2001), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.map((part) => part.toString(16)).join(':'));
const v4Network = fc
  .tuple(v4, fc.integer({ min: 0, max: 32 }))
  .map(([text, bits]) => `${text}/${String(bits)}`);
const v6Network = fc
  .tuple(v6, fc.integer({ min: 0, max: 128 }))
  .map(([text, bits]) => `${text}/${String(bits)}`)
  // A written IPv4 address with bits of what is before it is no network.
  .filter((text) => parseNetwork(text) !== null);

test('an address is found exactly when one of the networks holds it, and the narrowest of them answers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(v4Network, v6Network), { maxLength: 12 }),
      fc.oneof(v4, v6),
      (texts, addressText) => {
        const address = must(parseAddress(addressText));
        const around = texts.filter((text) => isInNetwork(address, network(text)));
        const found = setOf(texts).find(address, any);
        expect(found === null).toBe(around.length === 0);
        if (found !== null) {
          expect(isInNetwork(address, network(found))).toBe(true);
          expect(network(found).prefixBits).toBe(Math.max(...around.map((text) => network(text).prefixBits)));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a narrower network that does not count leaves the wider one in force', () => {
  const set = setOf(['203.0.113.0/24', '203.0.113.9']);
  expect(set.find(must(parseAddress('203.0.113.9')), (text) => text.endsWith('/24'))).toBe('203.0.113.0/24');
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['203.0.113.9/32', '203.0.113.9'],
  ['203.0.113.9/24', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9/120', '203.0.113.0/24'],
  ['2001:DB8:0:0:1::/33', '2001:db8::/33'],
  ['2001:db8:8000::1/33', '2001:db8:8000::/33'],
  ['2001:db8::1/128', '2001:db8::1'],
])('%s has the one writing %s', (text, written) => {
  expect(networkText(network(text))).toBe(written);
});
