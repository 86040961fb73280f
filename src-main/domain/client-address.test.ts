import { BlockList, isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';
import {
  addressSource,
  addressText,
  isCanonicalV4,
  isInNetwork,
  parseAddress,
  parseNetwork,
} from './ip-address.ts';
import type { IpNetwork } from './ip-address.ts';

const networks = (...texts: string[]): IpNetwork[] =>
  texts.map((text) => parseNetwork(text)).filter((network) => network !== null);

/** Near misses of addresses, in which every rule of the writing is broken once in a while. */
const almost = fc
  .array(fc.constantFrom('0', '1', '9', '25', '255', '256', 'a', 'ffff', 'F', ':', '::', '.', '01'), {
    maxLength: 14,
  })
  .map((pieces) => pieces.join(''));

describe('addresses', () => {
  it('are taken for addresses exactly where Node takes them for addresses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of version 4 are known at a glance, exactly those that the long way reads', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), almost, fc.ipV6()), (text) => {
        const address = parseAddress(text);
        const isV4 = address?.version === 4 && addressText(address) === text;
        expect({ text, isV4: isCanonicalV4(text) }).toEqual({ text, isV4 });
      }),
      { numRuns: 2_000 },
    );
    for (const text of ['01.2.3.4', '1.2.3.256', '1.2.3', '1.2.3.4.', '1.2.3.4.5', '1.2.3.4\n', ' 1.2.3.4'])
      expect(isCanonicalV4(text)).toBe(false);
  });

  it('survive a round trip, and have one writing each', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(address).not.toBeNull();
        if (address === null) return;
        const shown = addressText(address);
        expect(parseAddress(shown)).toEqual(address);
        if (address.version === 6) expect(shown).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1));
      }),
      { numRuns: 500 },
    );
    expect(addressText(parseAddress('::FFFF:10.0.0.1') ?? { version: 6, parts: [] })).toBe('10.0.0.1');
  });

  it('are in a network exactly when net.BlockList says so', () => {
    const bits = fc.integer({ min: 0, max: 128 });
    // A few bits only, so that inside and outside are both met.
    const near = fc
      .constantFrom('10.0.0.1', '10.0.0.2', '10.0.1.1', '10.128.0.1', '11.0.0.1', '2001:db8::1')
      .chain((text) => fc.constantFrom(text, '2001:db8::2', '2001:db8:0:1::1', '2001:db9::1', '10.0.0.129'));
    fc.assert(
      fc.property(fc.oneof(near, fc.ipV4(), fc.ipV6()), near, bits, (text, base, prefixBits) => {
        const family = (one: string) => (isIPv6(one) ? 'ipv6' : 'ipv4');
        const prefix = isIPv6(base) ? prefixBits : prefixBits % 33;
        const address = parseAddress(text);
        const network = parseNetwork(`${base}/${String(prefix)}`);
        if (address === null || network === null) throw new Error(`${text} ${base}`);
        // The list looks at an IPv4 address as IPv6 too; to us a network of the other version never fits.
        fc.pre(address.version === network.version);
        const list = new BlockList();
        list.addSubnet(base, prefix, family(base));
        expect(isInNetwork(address, network)).toBe(list.check(text, family(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stand for their /64 when they are IPv6, and an IPv4 address stands for itself however it is written', () => {
    expect(addressSource('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressSource('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(addressSource('2001:db8:1:3::9')).toBe('2001:db8:1:3::/64');
    expect(addressSource('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(addressSource('localhost')).toBeNull();
  });

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/95',
  ])('%s is no network', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });

  it('a network of mapped addresses is one of IPv4', () => {
    expect(parseNetwork('::ffff:10.0.0.0/104')).toEqual(parseNetwork('10.0.0.0/8'));
  });
});

describe('the client address', () => {
  const trusted = networks('10.0.0.0/8', '2001:db8:aaaa::/48');
  const from = (forwardedFor: string | null, peer: string | null = '10.0.0.1') =>
    clientAddress({ forwardedFor, peer, trusted });

  it('is the rightmost that is not a trusted proxy, whatever a stranger wrote left of it', () => {
    const untrusted = fc.ipV4().filter((text) => !text.startsWith('10.'));
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        untrusted,
        fc.array(fc.constantFrom('10.1.2.3', '2001:db8:aaaa::5', '10.9.9.9:8080'), { maxLength: 5 }),
        (forged, client, proxies) => {
          expect(from([forged, client, ...proxies].join(', '))).toBe(client);
        },
      ),
    );
  });

  it('is the peer when the peer is no trusted proxy: its header is not read', () => {
    expect(from('198.51.100.7', '203.0.113.9')).toBe('203.0.113.9');
    expect(from('x'.repeat(100_000), '203.0.113.9')).toBe('203.0.113.9');
    expect(from(null, '::ffff:203.0.113.9')).toBe('203.0.113.9');
  });

  it('is the leftmost when all are trusted, and the last entry when the sender has proved itself', () => {
    expect(from('10.3.3.3, 10.2.2.2')).toBe('10.3.3.3');
    expect(from('198.51.100.7, 203.0.113.9', null)).toBe('203.0.113.9');
    expect(from('203.0.113.9, 10.2.2.2', null)).toBe('203.0.113.9');
    expect(from(null, null)).toBeNull();
    expect(from('', null)).toBeNull();
  });

  it.each([
    ['198.51.100.7:4711', '198.51.100.7'],
    ['[2001:DB8::7]:4711', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8:0::7', '2001:db8::7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    [', 198.51.100.7', '198.51.100.7'],
  ])('%s is read as %s', (text, address) => {
    expect(from(text)).toBe(address);
  });

  it.each([
    'unknown',
    '198.51.100.7, _hidden',
    '1.2.3.4, [10.0.0.1]',
    '1.2.3.4, 10.0.0.1:port',
    '1.2.3.4,,10.2.2.2',
    '1.2.3.4, fe80::1%eth0',
  ])('is nobody when a trusted proxy wrote no address: %s', (text) => {
    expect(from(text)).toBeNull();
  });

  it('is nobody when the chain is longer than any real one', () => {
    const proxies = new Array<string>(31).fill('10.2.2.2').join(',');
    expect(from(`198.51.100.7,${proxies}`, null)).toBe('198.51.100.7');
    expect(from(`198.51.100.7,10.1.1.1,${proxies}`, null)).toBeNull();
    expect(from(`${' '.repeat(5_000)}198.51.100.7`)).toBeNull();
  });

  it('is the same behind whatever a stranger wrote, however long that is', () => {
    for (const forged of ['x'.repeat(5_000), '9.9.9.9,'.repeat(1_000), `${' '.repeat(4_090)},`]) {
      expect(from(`${forged}, 198.51.100.7`)).toBe('198.51.100.7');
      expect(from(`${forged}, 198.51.100.7`, null)).toBe('198.51.100.7');
      expect(from(`${forged}, 198.51.100.7, 10.1.1.1`)).toBe('198.51.100.7');
    }
    // Where only proxies are left of a long chain, nobody knows who is before them.
    expect(from(`198.51.100.7${' '.repeat(4_096)}, 10.1.1.1`)).toBeNull();
  });
});
