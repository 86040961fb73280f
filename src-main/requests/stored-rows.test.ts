import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { BASE62, encodeBase62Fixed } from '#main/domain/base62.ts';
import { getRequest, listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  write,
} from './log.test-support.ts';

const chance = fc
  .array(fc.constantFrom(...BASE62), { minLength: 12, maxLength: 12 })
  .map((characters) => characters.join(''));
/** Around the room that a packed row has for each field, and beside it. */
const edge = (bits: number) =>
  fc.constantFrom(0, 1, 2 ** bits - 1, 2 ** bits, 2 ** bits + 1).map((value) => Math.min(value, 2 ** 31));

const rows = fc.array(
  fc.record({
    agoMs: fc.integer({ min: 0, max: 2 * DAY }),
    own: fc.option(chance, { nil: null }),
    principal: fc.constantFrom(PRINCIPAL, OTHER_PRINCIPAL, null),
    code: fc.constantFrom(...DECISION_CODES),
    cost: fc.oneof(fc.constant(1), edge(14)),
    latencyUs: edge(17),
    method: fc.constantFrom('GET', 'PURGE', null),
    path: fc.constantFrom('/a', '/a', '/b', '/only/once', null),
    clientIp: fc.constantFrom('203.0.113.9', '203.0.113.9', '2001:db8::1', null),
    userAgent: fc.constantFrom('curl/8', null),
    rule: fc.constantFrom('allow GET /a (a:read)', null),
    detail: fc.constantFrom('no rule', null),
    tags: fc.constantFrom([], ['team=search']),
  }),
  { minLength: 1, maxLength: 90 },
);

it('of every kind come back as they were decided, under their ids, however they were put together', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const store = openStore();
      const decisions = all.map(({ agoMs, own, ...differs }, index) => {
        const atMs = (NOW - agoMs) as TimestampMs;
        // A number at the end keeps ids of one run apart.
        const end = own === null ? null : own.slice(0, 10) + encodeBase62Fixed(index, 2);
        const id = end === null ? `call:${String(index)}` : `req_${encodeBase62Fixed(atMs, 8)}${end}`;
        return decision({ ...differs, atMs, requestId: id as RequestId });
      });
      write(store, decisions.slice(0, 40));
      write(store, decisions.slice(40));
      for (const one of decisions) {
        const { atMs, serviceId: _serviceId, principal, quota: _quota, windows: _windows, ...same } = one;
        expect(await getRequest(store, one, noPause)).toMatchObject({
          ...same,
          at: atMs,
          keyId: principal?.keyId ?? null,
          source: 'verified',
        });
      }
      const { items } = await listRequests(store, { filter: {}, limit: 100 }, noPause);
      expect(items.map(({ requestId }) => requestId).sort()).toEqual(
        decisions.map(({ requestId }) => requestId).sort(),
      );
      store.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);
