import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { addPacked, noUses } from './habit-days.ts';
import { HabitRows } from './habit-rows.ts';
import {
  DAY,
  decision,
  HOUR,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  write,
} from './log.test-support.ts';
import { readHabits } from './read-habits.ts';
import type { RequestsStore } from './requests-store.ts';

const DAY_NUMBER = Math.floor(NOW / DAY);
const request = fc.record({
  atMs: fc.integer({ min: 0, max: 11 }).map((hours) => (NOW - hours * HOUR) as TimestampMs),
  principal: fc.constantFrom(PRINCIPAL, { ...PRINCIPAL, secretVersion: 2 }, OTHER_PRINCIPAL, null),
  code: fc.constantFrom('VALID', 'VALID', 'RATE_LIMITED'),
  rule: fc.constantFrom('allow GET /a', 'allow GET /b', null),
  path: fc.constantFrom('/inventory/1', '/inventory/2', '/offers', '/offers/x'),
  tags: fc.constantFrom([], ['app=billing'], ['app=web', 'eu']),
  clientIp: fc.constantFrom('203.0.113.9', '203.0.113.8', '198.51.100.7', '2001:db8:1::1', 'none', null),
  userAgent: fc.constantFrom('python-requests/2.31.0', 'python-requests/2.32.0', 'curl/8.1', null),
});

/** What is read of each principal, as texts in an order of their own. */
function read(store: RequestsStore, room: Parameters<typeof readHabits>[2]) {
  const steps = readHabits(store.db, rowsOfDay(DAY_NUMBER), room);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { uses, texts } = step.value;
  const named = (numbers: Iterable<number>) => [...numbers].map((number) => texts.textOf(number)).sort();
  const found = uses.principals().map((principalId) => {
    const one = noUses();
    addPacked(one, uses.of(principalId) ?? Buffer.alloc(0), null);
    const { callers, networks, agents, rules, ways, allowed } = one;
    return {
      ...{ principalId, allowed, callers: [...callers].sort(), rules: named(rules) },
      ...{ networks: named(networks), agents: named(agents) },
      ways: ways
        .map(({ network, program, app, endpoints, requests, hours }) => ({
          way: [network, program, app].map((number) => texts.textOf(number)).join(),
          endpoints: [...endpoints]
            .map(([number, count]) => `${texts.textOf(number) ?? ''} ${String(count)}`)
            .sort(),
          ...{ requests, hours },
        }))
        .sort((a, b) => (a.way < b.way ? -1 : 1)),
    };
  });
  uses.close();
  return found.sort((a, b) => a.principalId - b.principalId);
}

it('what is read of a day does not depend on how many rows and callers are held at once', () => {
  fc.assert(
    fc.property(
      fc.array(request, { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      (requests, rowsMax, callersMax) => {
        const store = openStore();
        write(store, requests.map(decision));
        const whole = read(store, {});
        const total = whole.reduce(
          (sum, { ways }) => sum + ways.reduce((all, one) => all + one.requests, 0),
          0,
        );
        expect(total).toBe(requests.filter(({ principal }) => principal !== null).length);
        expect(read(store, { rowsMax })).toEqual(whole);
        expect(read(store, { callersMax })).toEqual(whole);
        store.close();
      },
    ),
    { numRuns: 12 },
  );
});

it('rows of many keys in turn are added up once for each key, not once for each row', () => {
  const KEYS = 1_000;
  const rows = new HabitRows(20 * KEYS);
  const noUse = { caller: 0, rule: 0, endpoint: 0, hour: 0, isAllowed: false };
  for (let row = 0; row < 20 * KEYS; row += 1)
    rows.add({ ...noUse, principalId: 16 + (row % KEYS), caller: row });
  expect(rows.isFull).toBe(true);
  const order = [...rows.taken()];
  const begun = order.filter(({ principalId }, index) => order[index - 1]?.principalId !== principalId);
  expect(begun.map(({ principalId }) => principalId)).toEqual(
    Array.from({ length: KEYS }, (_, key) => 16 + key),
  );
  expect(order.slice(0, 20).map(({ caller }) => caller)).toEqual(
    Array.from({ length: 20 }, (_, turn) => turn * KEYS),
  );
  expect([...rows.taken()]).toEqual([]);
  rows.close();
});
