import { afterAll, beforeAll, expect, it } from 'vitest';
import { isSharingSuspected } from '#main/domain/key-sharing.ts';
import { keyHabits } from './key-habits.ts';
import { labelledKeys, type LabelledKey } from './labelled-logs.test-support.ts';
import { noPause, NOW, openStore, write } from './log.test-support.ts';
import type { KeyHabits } from './requests-messages.ts';

/** What is reached, with the keys that look as what they are not: one in twelve of each half. */
const PRECISION_MIN = 0.9;
const RECALL_MIN = 0.85;
/** Of the shared keys that are found, the share whose number of parties is right. */
const COUNTED_MIN = 0.9;

const store = openStore();
const keys = labelledKeys();
const found = new Map<string, KeyHabits>();

beforeAll(async () => {
  const rows = keys.flatMap((key) => key.rows).sort((a, b) => a.atMs - b.atMs);
  for (let start = 0; start < rows.length; start += 5_000) write(store, rows.slice(start, start + 5_000));
  for (const habits of await keyHabits(store, NOW, noPause)) found.set(habits.keyId, habits);
}, 60_000);
afterAll(() => {
  store.close();
});

const partiesOf = ({ keyId }: LabelledKey): number => found.get(keyId)?.parties.length ?? 0;
const isSuspected = (key: LabelledKey): boolean => {
  const habits = found.get(key.keyId);
  return habits !== undefined && (habits.parties.length > 1 || isSharingSuspected(habits));
};

it('of 200 labelled keys, those that teams share are found, and those of one party are left alone', () => {
  const suspected = keys.filter(isSuspected);
  const right = suspected.filter(({ parties }) => parties > 1);
  const shared = keys.filter(({ parties }) => parties > 1);
  const precision = right.length / suspected.length;
  const recall = right.length / shared.length;
  const counted = right.filter((key) => partiesOf(key) === key.parties).length / right.length;
  const wrong = new Map<string, number>();
  for (const key of keys) {
    if (isSuspected(key) === key.parties > 1) continue;
    wrong.set(key.kind, (wrong.get(key.kind) ?? 0) + 1);
  }
  console.info(
    `precision ${precision.toFixed(3)} recall ${recall.toFixed(3)} right number of parties ${counted.toFixed(3)}; wrong: ${JSON.stringify([...wrong])}`,
  );
  expect(precision).toBeGreaterThanOrEqual(PRECISION_MIN);
  expect(recall).toBeGreaterThanOrEqual(RECALL_MIN);
  expect(counted).toBeGreaterThanOrEqual(COUNTED_MIN);
});
