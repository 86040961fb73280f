import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { enrollRequest } from '#contract/enrolment.ts';
import { keyId, type KeyId } from '#contract/ids.ts';
import { enrollChild } from '#main/enrolment/enroll-child.ts';
import { findEnrolmentToken } from '#main/enrolment/find-enrolment-token.ts';
import { createUnusedByPerson } from '#main/hygiene/unused-by-person.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const people = async (input: CallInput<'hygiene.people'> = {}) =>
  (await world.call('hygiene.people', input, 'viewer')).people;
const newKey = (name: string, changes: Partial<CallInput<'keys.create'>> = {}) =>
  makeKey(world, subjects, { name, ...changes });
const use = (id: KeyId) => world.db.lastUsed.touch(id, 1, world.nowMs());
async function handedTo(recipientContact: string, name: string): Promise<KeyId> {
  const { key, text } = await newKey(name);
  const source = { kind: 'given', secret: text } as const;
  const to = { recipientName: 'Somebody', recipientContact };
  await world.call('handoffs.create', { keyId: key.keyId, source, channel: 'clipboard', ...to });
  return key.keyId;
}

it('keys that were never used are told by who has them: whoever uses none of theirs first, whoever uses all not at all', async () => {
  await newKey('Of the contact');
  use((await newKey('Of the contact, too')).key.keyId);
  await handedTo('Dana@acme.example', 'First of Dana');
  await handedTo('dana@acme.example ', 'Second of Dana');
  use(await handedTo('max@acme.example', 'Of Max'));
  expect(await people()).toMatchObject([
    {
      ...{ person: 'dana@acme.example', keyCount: 2, unusedCount: 2, lastUsedAt: null },
      unused: [{ name: 'First of Dana' }, { name: 'Second of Dana' }],
    },
    {
      ...{ person: 'feed@acme.example', keyCount: 2, unusedCount: 1, lastUsedAt: world.nowMs() },
      unused: [{ name: 'Of the contact', applicationName: 'Data feed', environment: 'live' }],
    },
  ]);
});

it('a child is its developer’s, children that name nobody are left out, and so are keys that do not work', async () => {
  const parent = (await newKey('Builds')).key.keyId;
  use(parent);
  const { token } = await world.call('enrolment.createToken', {
    ...{ keyId: parent, name: 'Starts', childLifeMsMax: HOUR_MS, expiresAt: world.nowMs() + HOUR_MS },
  });
  const context = world.systemContext();
  const found = must(findEnrolmentToken(context, must(token, 'shown once')), 'it is live');
  for (const sent of [
    { version: '318' },
    { developer: 'lee' },
    { version: '1', contactName: 'Dana', contactEmail: 'dana@acme.example' },
  ]) {
    enrollChild(context, found, enrollRequest.parse(sent));
  }
  const stopped = (await newKey('Stopped')).key.keyId;
  await world.call('keys.suspend', { keyId: stopped, reason: 'Test' });
  await newKey('Test', { environment: 'test' });
  const told = async (input: CallInput<'hygiene.people'>) =>
    (await people(input)).map(({ person, unused }) => [person, ...unused.map(({ name }) => name)]);
  expect(await told({ environment: 'live' })).toEqual([
    ['dana@acme.example', 'Builds 1'],
    ['lee', 'Builds lee'],
  ]);
  expect(await told({ environment: 'test' })).toEqual([['feed@acme.example', 'Test']]);
  world.advance(HOUR_MS);
  expect(await told({ environment: 'live' })).toEqual([]);
});

it('counts every key once where there are more than one turn takes, between which other work is done', async () => {
  const stored = must(world.db.keys.get((await newKey('First')).key.keyId), 'it is there');
  for (let index = 1; index < 1_001; index += 1) {
    world.db.keys.insert({ ...stored, id: keyId.parse(`k${String(index).padStart(11, '0')}`) });
  }
  let turns = 0;
  const count = () => {
    turns += 1;
    waiting = setImmediate(count);
  };
  let waiting = setImmediate(count);
  // By this clock every turn is over as soon as it begins.
  let clockMs = 0;
  const unusedByPerson = createUnusedByPerson(() => (clockMs += 10));
  const told = await unusedByPerson(world.systemContext(), {});
  expect(told).toMatchObject({ people: [{ keyCount: 1_001, unusedCount: 1_001 }], isCut: false });
  clearImmediate(waiting);
  expect(turns).toBeGreaterThan(0);
});
