import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyId, timestampMs } from '#contract/ids.ts';
import type { KeyId } from '#contract/ids.ts';
import { LastUsed } from './last-used.ts';
import { KeyUses } from './key-uses.ts';

const keyOf = (number: number): KeyId => keyId.parse(`key${String(number).padStart(9, '0')}`);
const at = (ms: number) => timestampMs.parse(ms);

test('the latest use of every secret and key is known, whatever the order in which uses come', () => {
  const use = fc.record({
    key: fc.integer({ min: 0, max: 600 }),
    version: fc.integer({ min: 1, max: 3 }),
    ms: fc.integer({ min: 0, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(use, { maxLength: 1_500 }), (uses) => {
      const lastUsed = new LastUsed();
      const secrets = new Map<string, number>();
      for (const { key, version, ms } of uses) {
        lastUsed.touch(keyOf(key), version, at(ms));
        const name = `${String(key)} ${String(version)}`;
        secrets.set(name, Math.max(secrets.get(name) ?? 0, ms));
      }
      for (let key = 0; key <= 600; key += 1) {
        const each = [1, 2, 3].map((version) => secrets.get(`${String(key)} ${String(version)}`) ?? null);
        expect([1, 2, 3].map((version) => lastUsed.secretAt(keyOf(key), version))).toEqual(each);
        const known = each.filter((ms) => ms !== null);
        expect(lastUsed.keyAt(keyOf(key))).toBe(known.length === 0 ? null : Math.max(...known));
      }
    }),
    { numRuns: 30 },
  );
});

test('each key with something new is handed out once, under its own id, also after the table grew', () => {
  const uses = new KeyUses();
  const taken = () => {
    const keys: KeyId[] = [];
    uses.takeChanged((key) => keys.push(uses.keyId(key)));
    return keys;
  };
  const all = Array.from({ length: 3_000 }, (_, number) => keyOf(number));
  for (const key of all) uses.change(uses.place(key, 1, at(5)));
  uses.change(uses.find(keyOf(7)));
  expect(taken()).toEqual(all);
  expect(taken()).toEqual([]);
  uses.change(uses.find(keyOf(2_999)));
  expect(taken()).toEqual([keyOf(2_999)]);
  uses.changeAll();
  expect(taken()).toHaveLength(3_000);
  expect(uses.find(keyOf(3_000))).toBe(-1);
});
