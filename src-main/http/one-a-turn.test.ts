import { expect, test } from 'vitest';
import { OneATurn } from './one-a-turn.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('tasks are done in their order, one in a turn, also those that come while one is done', async () => {
  const turns = new OneATurn(10);
  const done: string[] = [];
  turns.add(() => {
    done.push('first');
    turns.add(() => done.push('of the first'));
  });
  turns.add(() => done.push('second'));
  expect(done).toEqual([]);
  for (const expected of [['first'], ['second'], ['of the first'], []]) {
    await nextTurn();
    expect(done.splice(0)).toEqual(expected);
  }
});

test('a task beyond those that may wait is not done, and there is room again after a turn', async () => {
  const turns = new OneATurn(2);
  const done: number[] = [];
  const add = (number: number) => turns.add(() => done.push(number));
  expect([1, 2, 3].map(add)).toEqual([true, true, false]);
  await nextTurn();
  expect([4, 5].map(add)).toEqual([true, false]);
  await nextTurn();
  await nextTurn();
  expect(done).toEqual([1, 2, 4]);
});
