import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedUses } from './packed-uses.ts';

test('uses are found as they were put last, however often and in whatever order they were put before', () => {
  const put = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 400_000 }), fc.nat(255));
  fc.assert(
    fc.property(fc.array(put, { maxLength: 60 }), (puts) => {
      const packed = new PackedUses();
      const wanted = new Map<number, Buffer>();
      for (const [principalId, length, byte] of puts) {
        const uses = Buffer.alloc(length, byte);
        packed.put(principalId, uses);
        wanted.set(principalId, uses);
      }
      expect(packed.principals()).toEqual([...wanted.keys()]);
      for (const [principalId, uses] of wanted) expect(packed.of(principalId)?.equals(uses)).toBe(true);
      packed.close();
      expect(packed.heldBytes).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('the room of uses that were put anew comes back: a day of many keys in turn takes no more than its keys', () => {
  const packed = new PackedUses();
  const uses = Buffer.alloc(600, 7);
  for (let round = 0; round < 200; round += 1)
    for (let principalId = 1; principalId <= 1_000; principalId += 1) packed.put(principalId, uses);
  const live = 1_000 * 604;
  expect(packed.heldBytes).toBeLessThan(live + 4 * 1024 * 1024);
  expect(packed.of(1_000)?.equals(uses)).toBe(true);
});
