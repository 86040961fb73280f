import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { habitsFrom } from '#main/hygiene/habits.test-support.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const APPS = [
  { name: 'billing', requests: 90 },
  { name: 'data-feed', requests: 40 },
  { name: 'search', requests: 2 },
];
const NEW = [{ endpoint: 'DELETE /items/*', requests: 2 }];

let world: TestWorld;
let keyId: KeyId;
let told: Pick<KeyHabits, 'apps' | 'newEndpoints'>;
beforeEach(async () => {
  told = { apps: APPS, newEndpoints: NEW };
  const requests: HandlerServices['requests'] = {
    query: () => Promise.resolve([{ ...habitsFrom(keyId, []), ...told }] as never),
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({ requests }));
  keyId = (await makeKey(world, await makeSubjects(world))).key.keyId;
  const { applicationId } = await world.call('keys.get', { keyId });
  await world.call('applications.update', { applicationId, name: 'Data feed' });
});
afterEach(() => {
  world.close();
});

it('names that are not that of the key’s application are evidence, on its page and in lists; alone they make no suspicion', async () => {
  const { evidence, isSuspected } = await world.call('hygiene.sharing', { keyId }, 'viewer');
  expect(evidence?.otherApps.map(({ name }) => name)).toEqual(['billing', 'search']);
  expect(evidence?.newEndpoints).toEqual(NEW);
  expect(isSuspected).toBe(false);
  const [caller] = await world.call('hygiene.callers', { keyIds: [keyId] }, 'viewer');
  expect(caller?.evidence).toEqual(evidence);
});

it('an application that gets the name that its requests give it has no other any more', async () => {
  const { applicationId } = await world.call('keys.get', { keyId });
  await world.call('applications.update', { applicationId, name: 'Billing' });
  const { evidence } = await world.call('hygiene.sharing', { keyId }, 'viewer');
  expect(evidence?.otherApps.map(({ name }) => name)).toEqual(['data-feed', 'search']);
});
