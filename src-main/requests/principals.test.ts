import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { ApplicationId, KeyId, PartnerId } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { DecisionPrincipal } from './decision-row.ts';
import { decision, noPause, PRINCIPAL, SERVICE, write } from './log.test-support.ts';
import { forgetService } from './forget-service.ts';
import { RequestsStore } from './requests-store.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const KEYS = Array.from({ length: 6 }, (_none, index) => `keykeykey00${String(index)}` as KeyId);
const APPLICATIONS = ['app_1', 'app_2'] as ApplicationId[];
const PARTNERS = ['par_1', 'par_2'] as PartnerId[];

const principal: fc.Arbitrary<DecisionPrincipal> = fc.record({
  keyId: fc.constantFrom(...KEYS),
  keyName: fc.constantFrom('Feed', 'Renamed feed'),
  environment: fc.constantFrom('live', 'test'),
  secretVersion: fc.constantFrom(1, 2),
  applicationId: fc.constantFrom(...APPLICATIONS),
  application: fc.constant('Data feed'),
  partnerId: fc.constantFrom(...PARTNERS),
  partner: fc.constant('Acme'),
});
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('write'),
      of: fc.array(principal, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('failed write'),
      of: fc.array(principal, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('index'), of: fc.constant([]) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart'), of: fc.constant([]) }) },
);

it('a key as it was named is one principal, and is found by key, application and partner: before and after its entries are written, after a failed transaction and after a kill', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 6, maxLength: 15 }), (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-principals-'));
      directories.push(directory);
      const file = join(directory, 'requests.db');
      let store = RequestsStore.over(openRequestsDatabase(file));
      const known: DecisionPrincipal[] = [];
      for (const { kind, of } of steps) {
        const rows = of.map((one) => decision({ principal: one }));
        if (kind === 'write') {
          write(store, rows);
          for (const one of of) if (!known.some((other) => isSame(one, other))) known.push(one);
        } else if (kind === 'failed write') {
          const unwritable = decision({ requestId: Symbol('no text') as never });
          expect(() => write(store, [...rows, unwritable])).toThrow();
        } else if (kind === 'index') for (const _step of store.indexPrincipals());
        else {
          // As after a kill: nothing is folded and no entry is written.
          store.db.close();
          store = RequestsStore.over(openRequestsDatabase(file));
        }
        const { dimensions } = store.db;
        const all = dimensions.allPrincipals();
        expect(all.map(({ id: _id, ...row }) => row)).toEqual(known);
        const those = (fits: (row: (typeof all)[number]) => boolean) => all.filter(fits);
        for (const keyId of KEYS)
          expect(dimensions.principalsOfKey(keyId)).toEqual(those((row) => row.keyId === keyId));
        for (const id of APPLICATIONS)
          expect(dimensions.principalsOfApplication(id)).toEqual(those((row) => row.applicationId === id));
        for (const id of PARTNERS)
          expect(dimensions.principalsOfPartner(id)).toEqual(those((row) => row.partnerId === id));
      }
      store.db.close();
    }),
    { numRuns: 20 },
  );
});

it('a number of a principal that was taken out of the log is not given again', async () => {
  const store = RequestsStore.over(openRequestsDatabase(':memory:'));
  write(store, [decision({ principal: PRINCIPAL })]);
  const [first] = store.db.dimensions.principalsOfKey(PRINCIPAL.keyId);
  await forgetService(store, { serviceId: SERVICE, partnerIds: [PRINCIPAL.partnerId] }, noPause);
  expect(store.db.dimensions.principalsOfKey(PRINCIPAL.keyId)).toEqual([]);
  write(store, [decision({ principal: PRINCIPAL })]);
  const [second] = store.db.dimensions.principalsOfKey(PRINCIPAL.keyId);
  expect(second?.id).toBe((first?.id ?? 0) + 1);
  expect(store.restoredUse().keys).toHaveLength(1);
  store.close();
});

function isSame(one: DecisionPrincipal, other: DecisionPrincipal): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
