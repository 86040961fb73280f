import { describe, expect, test } from 'vitest';
import type { ServiceId } from '#contract/ids.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { Repeats } from './repeats.ts';
import type { RefusedBefore } from './repeats.ts';

const TRADE = 'svc_trade' as ServiceId;
const STOCK = 'svc_stock' as ServiceId;
const SIZES = { perService: 10, garbagePerService: 3, total: 24 };

const refusedAs = (code: Exclude<DecisionCode, 'VALID'>): RefusedBefore =>
  ({ valid: false, code }) as RefusedBefore;

function flood(
  repeats: Repeats,
  serviceId: ServiceId,
  times: number,
  refused: RefusedBefore | null,
  atMs = 1,
): void {
  for (let index = 0; index < times; index += 1) {
    repeats.remember(serviceId, `flood-${String(index)}`, { fingerprint: 'f', atMs, refused });
  }
}

/** Is the id `mine` of a service still known as granted? */
const isKept = (repeats: Repeats, serviceId: ServiceId, nowMs = 2) =>
  repeats.find(serviceId, 'mine', 'f', nowMs).kind === 'granted';

const keep = (repeats: Repeats, serviceId: ServiceId, atMs = 0): void => {
  repeats.remember(serviceId, 'mine', { fingerprint: 'f', atMs, refused: null });
};

describe('ids of requests', () => {
  test('are forgotten for the sake of ids of the same service only, the oldest first', () => {
    const repeats = new Repeats(SIZES);
    keep(repeats, TRADE);
    keep(repeats, STOCK);
    flood(repeats, TRADE, 9, null);
    expect(isKept(repeats, TRADE)).toBe(true);
    flood(repeats, TRADE, 10, null);
    expect(isKept(repeats, TRADE)).toBe(false);
    expect(isKept(repeats, STOCK)).toBe(true);
  });

  test.each(['MALFORMED', 'NOT_FOUND'] as const)(
    'of any number of requests that are %s push out no other ones',
    (code) => {
      const repeats = new Repeats(SIZES);
      keep(repeats, TRADE);
      flood(repeats, TRADE, 1_000, refusedAs(code));
      expect(isKept(repeats, TRADE)).toBe(true);
      expect(repeats.find(TRADE, 'flood-996', 'f', 2).kind).toBe('first');
      expect(repeats.find(TRADE, 'flood-999', 'f', 2)).toEqual({
        kind: 'refused',
        before: refusedAs(code),
      });
    },
  );

  test('of all services are bounded: who holds most gives way, after what is too old anyway', () => {
    const repeats = new Repeats(SIZES);
    keep(repeats, STOCK);
    for (let number = 0; number < 5; number += 1) {
      flood(repeats, `svc_${String(number)}` as ServiceId, 9, null);
    }
    expect(isKept(repeats, STOCK)).toBe(true);
    const later = new Repeats(SIZES);
    flood(later, 'svc_old' as ServiceId, 10, null);
    flood(later, 'svc_older' as ServiceId, 8, null);
    keep(later, TRADE, 299_000);
    flood(later, STOCK, 10, null, 301_000);
    expect(isKept(later, TRADE, 301_000)).toBe(true);
    expect(later.find(STOCK, 'flood-0', 'f', 301_000).kind).toBe('granted');
  });

  test('are known for five minutes, and belong to one request', () => {
    const repeats = new Repeats(SIZES);
    keep(repeats, TRADE);
    expect(isKept(repeats, TRADE, 299_999)).toBe(true);
    expect(isKept(repeats, TRADE, 300_000)).toBe(false);
    expect(repeats.find(TRADE, 'mine', 'other', 1).kind).toBe('other');
    expect(repeats.find(STOCK, 'mine', 'f', 1).kind).toBe('first');
  });
});
