import { describe, expect, test } from 'vitest';
import { randomBytes } from '#main/platform/random.ts';
import { createIpList, ipRefusal } from './ip-allow.ts';
import { Memo } from './memo.ts';
import { RequestIds } from './request-ids.ts';

describe('request ids', () => {
  test('do not repeat, and sort by time', () => {
    const ids = new RequestIds(randomBytes);
    const made = Array.from({ length: 20_000 }, () => ids.make(1_795_000_000_000));
    expect(new Set(made).size).toBe(20_000);
    const times = [0, 61, 62, 1_795_000_000_000, 1_795_000_000_001].map((nowMs) =>
      ids.make(nowMs).slice(0, 12),
    );
    // Code unit order, as SQLite compares text.
    expect([...times].sort()).toEqual(times);
  });
});

describe('memo', () => {
  test('makes a value once for a text, and again after it was pushed out', () => {
    const made: string[] = [];
    const memo = new Memo((text) => (made.push(text), text.length), 2);
    for (const text of ['a', 'bb', 'a', 'ccc', 'a']) expect(memo.get(text)).toBe(text.length);
    expect(made).toEqual(['a', 'bb', 'ccc', 'a']);
  });
});

describe('address lists', () => {
  test('an entry that cannot be read allows nobody', () => {
    const list = createIpList(['10.0.0.0/33', 'x', '10.0.0.0/', '10.0.0.0/-1', 'fe80::1%eth0', '::1/129']);
    for (const address of ['10.0.0.0', '10.0.0.1', 'fe80::1', '::1'])
      expect(ipRefusal(list, address)).not.toBeNull();
  });

  test('an IPv4 network written as IPv6 is the IPv4 network', () => {
    const everyV6 = createIpList(['::/0']);
    expect(ipRefusal(everyV6, '2001:db8::1')).toBeNull();
    expect([ipRefusal(everyV6, '10.0.0.1'), ipRefusal(everyV6, '::ffff:10.0.0.1')]).not.toContain(null);
    const list = createIpList(['::ffff:10.0.0.0/104', '::ffff:203.0.113.9']);
    expect([ipRefusal(list, '10.9.9.9'), ipRefusal(list, '203.0.113.9')]).toEqual([null, null]);
    expect(ipRefusal(list, '11.0.0.1')).toContain('11.0.0.1');
  });
});
