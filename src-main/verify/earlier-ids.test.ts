import { expect, test } from 'vitest';
import type { RequestId } from '#contract/ids.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import type { GrantedRequest } from '#main/requests/requests-messages.ts';
import { PATH_BYTES_MAX, storedText } from '#main/requests/stored-text.ts';
import { createWorld } from './verify-world.test-support.ts';

const ONE_CALL = { limit: 1, windowMs: 3_600_000 };

/** What the log tells of these decisions at the next start. */
const asLogged = (rows: readonly DecisionRow[]): readonly GrantedRequest[] =>
  rows
    .filter(({ code }) => code === 'VALID')
    .map(({ requestId, serviceId, atMs, principal, method, path }) => ({
      requestId,
      serviceId,
      at: atMs,
      keyId: principal?.keyId ?? null,
      method,
      path: path === null ? null : storedText(path, PATH_BYTES_MAX),
    }));

/** A run in which one request was granted, and the one after it that begins with full windows and the log of the first. */
function twoRuns(path = '/inventory/42?page=2') {
  const before = createWorld();
  before.addKey({ rateLimit: ONE_CALL });
  const key = before.addKey({ rateLimit: ONE_CALL });
  const requestId = 'order-1' as RequestId;
  expect(before.ask({ key: key.secret, path, requestId }).code).toBe('VALID');
  const after = createWorld();
  after.addKey({ rateLimit: ONE_CALL });
  const same = after.addKey({ rateLimit: ONE_CALL });
  const granted = asLogged(before.decisions).map((row) => ({ ...row, keyId: same.keyId }));
  const restore = (rows: readonly GrantedRequest[] = granted) => {
    after.verifier.restoreGranted(rows);
  };
  return { after, key: same, granted, requestId, path, restore };
}

test('a request that an earlier run granted has paid: its repeat passes and neither spends nor logs again', () => {
  const { after, key, path, requestId, restore } = twoRuns();
  restore();
  const again = () => after.ask({ key: key.secret, path, requestId }).code;
  expect([again(), again(), again()]).toEqual(['VALID', 'VALID', 'VALID']);
  expect(after.decisions).toHaveLength(0);
  // The window has its one call still.
  expect(after.ask({ key: key.secret, path }).code).toBe('VALID');
  expect(after.ask({ key: key.secret, path }).code).toBe('RATE_LIMITED');
  expect(again()).toBe('VALID');
});

test('without the log it spends again, and so it does for another service and after five minutes', () => {
  const first = twoRuns();
  first.after.ask({ key: first.key.secret, path: first.path, requestId: first.requestId });
  expect(first.after.decisions).toHaveLength(1);
  const second = twoRuns();
  second.restore(second.granted.map((row) => ({ ...row, serviceId: second.after.stock.id })));
  second.after.ask({ key: second.key.secret, path: second.path, requestId: second.requestId });
  expect(second.after.decisions).toHaveLength(1);
  const third = twoRuns();
  third.after.clock.advance(60_000);
  third.restore();
  third.after.clock.advance(4 * 60_000);
  third.after.ask({ key: third.key.secret, path: third.path, requestId: third.requestId });
  expect(third.after.decisions).toHaveLength(1);
});

test('the id with another key, method or path is that of another request', () => {
  const { after, key, path, requestId, restore } = twoRuns();
  restore();
  const stranger = after.addKey();
  const kindOf = (fields: Partial<VerifyRequest>) => {
    const request = { key: key.secret, method: 'GET', path, cost: 1, requestId, ...fields };
    return after.verifier.verify(after.trade, { dryRun: false, explain: false, ...request }).kind;
  };
  expect(kindOf({})).toBe('decision');
  expect(kindOf({ path: '/inventory/43' })).toBe('bad-request');
  expect(kindOf({ method: 'HEAD' })).toBe('bad-request');
  expect(kindOf({ key: stranger.secret })).toBe('bad-request');
});

test.each([
  ['longer than the log keeps', `/inventory/${'a'.repeat(2_000)}`],
  ['of more bytes than the log keeps', `/inventory/${'\u00fc'.repeat(600)}`],
  ['with characters that the log escapes', '/inventory/4\u0085\u20282'],
])('the repeat of a request with a path %s is known again', (_name, path) => {
  const { after, key, requestId, restore } = twoRuns(path);
  restore();
  expect(after.ask({ key: key.secret, path, requestId }).code).toBe('VALID');
  expect(after.decisions).toHaveLength(0);
});

test('a key that was revoked meanwhile is refused whatever was granted before', () => {
  const { after, key, path, requestId, restore } = twoRuns();
  restore();
  after.db.prepare('UPDATE keys SET revoked_at_ms = 1 WHERE id = ?').run(key.keyId);
  expect(after.ask({ key: key.secret, path, requestId }).code).toBe('REVOKED');
});

test('ids that Latchkey made are nobody’s to repeat', () => {
  const { after, key, path, granted, restore } = twoRuns();
  const ours = after.verifier.newRequestId();
  restore(granted.map((row) => ({ ...row, requestId: ours, keyId: key.keyId })));
  after.ask({ key: key.secret, path, requestId: ours });
  expect(after.decisions).toHaveLength(1);
});

test('an id that a caller made up in the form of ours is known again', () => {
  const { after, key, path, granted, restore } = twoRuns();
  const requestId = `req_${'0'.repeat(20)}` as RequestId;
  restore(granted.map((row) => ({ ...row, requestId })));
  expect(after.ask({ key: key.secret, path, requestId }).code).toBe('VALID');
  expect(after.decisions).toHaveLength(0);
});

test('ids are let go of when their five minutes are over, without another request', () => {
  const { after, key, granted, restore } = twoRuns();
  after.clock.advance(60_000);
  restore([...granted, ...granted.map((row) => ({ ...row, requestId: 'order-2' as RequestId }))]);
  after.ask({ key: key.secret, requestId: 'order-3' as RequestId });
  expect(after.verifier.forgetOldIds()).toBe(3);
  after.clock.advance(4 * 60_000 - 1);
  expect(after.verifier.forgetOldIds()).toBe(3);
  after.clock.advance(1);
  // Those of the run before are older by the minute in which they were told.
  expect(after.verifier.forgetOldIds()).toBe(1);
  after.clock.advance(60_000);
  expect(after.verifier.forgetOldIds()).toBe(0);
});
