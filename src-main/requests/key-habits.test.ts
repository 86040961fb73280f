import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { DecisionRow } from './decision-row.ts';
import { forgetService } from './forget-service.ts';
import { keyHabits } from './key-habits.ts';
import {
  DAY,
  decision,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  PRINCIPAL,
  report,
  RETENTION,
  SERVICE,
  write,
} from './log.test-support.ts';
import { RequestsStore } from './requests-store.ts';
import { sweepLog } from './sweep-log.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const DAYS = 6;
const request = fc.record({
  atMs: fc.integer({ min: NOW - DAYS * DAY, max: NOW }).map((ms) => ms as TimestampMs),
  principal: fc.constantFrom(PRINCIPAL, { ...PRINCIPAL, secretVersion: 2 }, OTHER_PRINCIPAL, null),
  serviceId: fc.constantFrom(SERVICE, OTHER_SERVICE),
  code: fc.constantFrom('VALID', 'VALID', 'INSUFFICIENT_SCOPE'),
  rule: fc.constantFrom('allow GET /a', 'allow GET /b', null),
  clientIp: fc.constantFrom(
    '203.0.113.9',
    '203.0.113.8',
    '198.51.100.7',
    '2001:db8:1::1',
    'no address',
    null,
  ),
  userAgent: fc.constantFrom('python-requests/2.31.0', 'python-requests/2.32.0', 'curl/8.1', null),
}) satisfies fc.Arbitrary<Partial<DecisionRow>>;
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write'),
      requests: fc.array(request, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('sweep'), days: fc.integer({ min: 2, max: DAYS }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('report'),
      atMs: fc.integer({ min: NOW - DAYS * DAY, max: NOW }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('failed write'),
      requests: fc.array(request, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
);

async function carryOut(
  store: RequestsStore,
  one: typeof step extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  switch (one.kind) {
    case 'write':
      write(store, 'requests' in one ? one.requests.map(decision) : []);
      break;
    case 'failed write': {
      const rows = 'requests' in one ? one.requests.map(decision) : [];
      const unwritable = decision({ requestId: Symbol('no text') as never });
      expect(() => write(store, [...rows, unwritable])).toThrow();
      break;
    }
    case 'report': {
      const at = ('atMs' in one ? one.atMs : NOW) as TimestampMs;
      const entry = { keyId: PRINCIPAL.keyId, at, userAgent: 'reported/1', responseStatus: 200 };
      write(store, [], [report([{ entry, key: PRINCIPAL }])]);
      break;
    }
    case 'forget':
      await forgetService(store, { serviceId: OTHER_SERVICE, partnerIds: [] }, noPause);
      break;
    case 'sweep': {
      const retention = { ...RETENTION, requestRetentionDays: 'days' in one ? one.days : DAYS };
      for (const _step of sweepLog({ store, retention, nowMs: NOW, walBytes: () => 0 }));
      break;
    }
    default:
      await keyHabits(store, NOW, noPause);
  }
}

it('days that are kept are as a new reading of their rows, whatever is written late, reported, removed, forgotten or fails, and after a kill', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-habits-'));
      directories.push(directory);
      const file = join(directory, 'requests.db');
      let store = RequestsStore.over(openRequestsDatabase(file));
      for (const one of steps) {
        if (one.kind === 'restart') {
          store.db.close();
          store = RequestsStore.over(openRequestsDatabase(file));
        } else await carryOut(store, one);
        const days = store.db.habits.days();
        kept += days.length;
        const found = await keyHabits(store, NOW, noPause);
        forgetDays(store, () => true);
        expect(sorted(found)).toEqual(sorted(await keyHabits(store, NOW, noPause)));
        // Only what the step itself kept is there for the next one.
        forgetDays(store, (day) => !days.includes(day));
      }
      store.db.close();
    }),
    { numRuns: 8 },
  );
  expect(kept).toBeGreaterThan(0);
});

it('the question about habits reads rows of the last two days only, once the days before are kept', async () => {
  const store = openStore();
  for (let day = 0; day < DAYS; day += 1)
    write(store, [decision({ atMs: (NOW - day * DAY) as TimestampMs, clientIp: `203.0.${String(day)}.9` })]);
  for (const _step of sweepLog({ store, retention: RETENTION, nowMs: NOW, walBytes: () => 0 }));
  const read: number[] = [];
  const { usedIn } = store.db.rows;
  Object.assign(store.db.rows, {
    usedIn: (...asked: Parameters<typeof usedIn>) => (read.push(asked[0]), usedIn(...asked)),
  });
  const [habits] = await keyHabits(store, NOW, noPause);
  const today = Math.floor(NOW / DAY);
  expect([...new Set(read)].sort()).toEqual([today - 1, today, today + 1]);
  expect(habits).toMatchObject({
    keyId: PRINCIPAL.keyId,
    allowed: DAYS,
    newNetworks: ['203.0.0.0/24', '203.0.1.0/24'],
  });
  store.close();
});

it('tells for each key what a plain look at its requests tells', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 40 }), async (requests) => {
      const store = openStore();
      write(store, requests.map(decision));
      const found = new Map((await keyHabits(store, NOW, noPause)).map((one) => [one.keyId, one]));
      for (const keyId of [PRINCIPAL.keyId, OTHER_PRINCIPAL.keyId]) {
        const mine = requests.filter(({ principal }) => principal?.keyId === keyId);
        const recent = mine.filter(({ atMs }) => atMs >= NOW - DAY);
        const callers = recent.filter((one) => one.clientIp !== null || one.userAgent !== null);
        const told = found.get(keyId);
        expect(told === undefined).toBe(mine.length === 0);
        if (told === undefined) continue;
        expect(told.allowed).toBe(mine.filter(({ code }) => code === 'VALID').length);
        expect(told.callers).toBe(
          new Set(callers.map((one) => `${one.clientIp ?? ''} ${one.userAgent ?? ''}`)).size,
        );
        const rules = mine
          .filter(({ code }) => code === 'VALID')
          .flatMap(({ rule }) => (rule === null ? [] : [rule]));
        expect([...told.rules].sort()).toEqual([...new Set(rules)].sort());
      }
      store.close();
    }),
    { numRuns: 30 },
  );
});

it('names that requests give their application are counted, and endpoints of the last day that are new are told, whoever calls', async () => {
  const store = openStore();
  const on = (daysAgo: number, differs: Partial<DecisionRow>) =>
    decision({ atMs: (NOW - daysAgo * DAY) as TimestampMs, ...differs });
  write(store, [
    ...[2, 3, 4].map((day) => on(day, { path: '/inventory/parts/7', tags: ['app=Billing/1.0'] })),
    on(0, { path: '/inventory/parts/8', tags: ['x-app-name=billing'], clientIp: '198.51.100.7' }),
    on(0, { path: '/inventory/prices/1', userAgent: 'curl/8.1' }),
    on(0, { path: '/inventory/prices/2' }),
    on(0, { path: '/exports', code: 'INSUFFICIENT_SCOPE', tags: ['app=search'] }),
  ]);
  const [habits] = await keyHabits(store, NOW, noPause);
  expect(habits?.apps).toEqual([
    { name: 'billing', requests: 4 },
    { name: 'search', requests: 1 },
  ]);
  expect(habits?.newEndpoints).toEqual([{ endpoint: 'GET /inventory/prices/*', requests: 2 }]);
  store.close();
});

it('nothing is called new where a day before had more endpoints than are told apart', async () => {
  const store = openStore();
  const many = Array.from(
    { length: 40 },
    (_none, n) => `/inventory/kind${String.fromCharCode(97 + (n % 26))}${n < 26 ? 'x' : 'y'}/1`,
  );
  write(store, [
    ...many.map((path) => decision({ atMs: (NOW - 2 * DAY) as TimestampMs, path })),
    ...[3, 4].map((day) => decision({ atMs: (NOW - day * DAY) as TimestampMs })),
    decision({ path: '/exports/today' }),
  ]);
  expect((await keyHabits(store, NOW, noPause))[0]?.newEndpoints).toBeNull();
  store.close();
});

function forgetDays({ db }: RequestsStore, isMeant: (day: number) => boolean): void {
  db.transaction(() => {
    for (const day of db.habits.days()) if (isMeant(day)) db.habits.forget(day);
  });
}

function sorted(habits: Awaited<ReturnType<typeof keyHabits>>) {
  return habits
    .map((one) => ({ ...one, rules: [...one.rules].sort() }))
    .sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
}
