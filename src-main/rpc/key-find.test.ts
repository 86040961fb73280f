import { afterEach, beforeEach, expect, it } from 'vitest';
import { FOUND_KEYS_MAX } from '#contract/key-find.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const namesOf = async (text: string) =>
  (await world.call('keys.find', { text })).items.map(({ name }) => name);

it('puts names that begin with the text before those that hold it, and these before its letters in order', async () => {
  for (const name of ['Night feed', 'My data feed', 'data feed', 'Delta far endpoint'])
    await makeKey(world, subjects, { name });
  expect((await namesOf('DATA')).slice(0, 2)).toEqual(['data feed', 'My data feed']);
  expect(await namesOf('dafe')).toEqual(['data feed', 'Delta far endpoint', 'My data feed']);
  expect(await namesOf('zzz')).toEqual([]);
});

it('finds a key by its id, by its hint, by its application and by its partner, revoked ones too', async () => {
  const { key } = await makeKey(world, subjects, { name: 'Warehouse' });
  await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
  for (const text of [
    key.keyId.slice(0, 6),
    key.hint,
    key.applicationName.slice(0, 4),
    key.partnerName,
    key.applicationSlug,
  ]) {
    const { items } = await world.call('keys.find', { text });
    expect(items, text).toEqual([
      {
        keyId: key.keyId,
        name: 'Warehouse',
        environment: key.environment,
        applicationName: key.applicationName,
        partnerName: key.partnerName,
        isRevoked: true,
      },
    ]);
  }
});

it('takes the signs of patterns as they stand', async () => {
  await makeKey(world, subjects, { name: '100 % stock' });
  await makeKey(world, subjects, { name: '100 orders' });
  expect(await namesOf('100 %')).toEqual(['100 % stock']);
  expect(await namesOf('1_0')).toEqual([]);
  expect(await namesOf('\\')).toEqual([]);
});

it('answers at most so many and says that there are others', async () => {
  for (let index = 0; index < FOUND_KEYS_MAX; index += 1)
    await makeKey(world, subjects, { name: `Sensor ${String(index)}` });
  expect(await world.call('keys.find', { text: 'sens' })).toMatchObject({ hasMore: false });
  await makeKey(world, subjects, { name: 'Sensor of the roof' });
  const { items, hasMore } = await world.call('keys.find', { text: 'sens' });
  expect(items).toHaveLength(FOUND_KEYS_MAX);
  expect(hasMore).toBe(true);
});

it('refuses an empty text and one that is longer than any name', async () => {
  for (const text of ['', '   ', 'x'.repeat(101)])
    expect(await world.refusal('keys.find', { text }), text).toMatchObject({ code: 'INVALID_INPUT' });
});
