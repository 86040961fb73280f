import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { callersToBlock, knownAddresses, newAddresses } from './known-addresses.ts';

const caller = (clientIp: string | null, isKnown: boolean) => ({
  clientIp,
  userAgent: null,
  count: 1,
  lastAt: timestampMs.parse(1),
  isKnown,
});

test('an address that called before the leak is never among the new ones, whatever program it came with', () => {
  const callers = [
    caller('203.0.113.9', false),
    caller('198.51.100.7', true),
    caller('198.51.100.7', false),
    caller(null, false),
  ];
  expect(knownAddresses(callers)).toEqual(['198.51.100.7']);
  expect(newAddresses(callers)).toEqual(['203.0.113.9']);
});

test('as many addresses are offered as one command takes, each once', () => {
  const callers = Array.from({ length: 300 }, (_, at) => ({ clientIp: `10.0.${String(at % 150)}.1` }));
  expect(callersToBlock(callers)).toHaveLength(100);
});
