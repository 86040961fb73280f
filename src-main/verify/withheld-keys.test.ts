import { expect, it } from 'vitest';
import { keyId, timestampMs } from '#contract/ids.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { WithheldKeys } from './withheld-keys.ts';

const KEY = keyId.parse('k7Qd2mX9pR4t');
const OTHER = keyId.parse('AAAAAAAAAAAA');
const AT = timestampMs.parse(5);

function row(id: typeof KEY, parentId: typeof KEY | null = null): VerifyRow {
  return { keyId: id, parentId, revokedAtMs: null, suspendedAtMs: null } as VerifyRow;
}

function wanted(action: string, id: string = KEY) {
  return { audit: { action, subject: { kind: 'key', id, name: 'Key' } } } as const;
}

it('a key that was revoked or suspended in memory is seen so, with its children, and no other', () => {
  const withheld = new WithheldKeys();
  expect(withheld.add(wanted('keys.revoke'), AT)).toBe(true);
  expect(withheld.seen(row(KEY))).toMatchObject({ revokedAtMs: AT, suspendedAtMs: null });
  expect(withheld.seen(row(OTHER, KEY))).toMatchObject({ revokedAtMs: AT });
  expect(withheld.seen(row(OTHER))).toMatchObject({ revokedAtMs: null });
  expect(withheld.seen(null)).toBeNull();
  withheld.add(
    { ...wanted('partners.update', 'x'), furtherAudits: [wanted('keys.suspend', OTHER).audit] },
    AT,
  );
  expect(withheld.seen(row(OTHER))).toMatchObject({ suspendedAtMs: AT, revokedAtMs: null });
  expect(withheld.count).toBe(2);
});

it('what takes nothing away is not held back', () => {
  const withheld = new WithheldKeys();
  expect(withheld.add(wanted('keys.update'), AT)).toBe(false);
  expect(withheld.count).toBe(0);
});

it('the same command, kept this time, ends it; another one of the key does not', () => {
  const withheld = new WithheldKeys();
  withheld.add(wanted('keys.revoke'), AT);
  withheld.settle(wanted('keys.update'));
  expect(withheld.count).toBe(1);
  withheld.settle(wanted('keys.revoke'));
  expect(withheld.seen(row(KEY))).toMatchObject({ revokedAtMs: null });
});
