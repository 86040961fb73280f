import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { habitsFrom } from '#main/hygiene/habits.test-support.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const OFFICES = ['10.1.1.0/24', '10.2.2.0/24'] as const;

let world: TestWorld;
let keyId: KeyId;
/** Where the key is used from; null: the log is down. */
let networks: readonly string[] | null;
beforeEach(async () => {
  networks = OFFICES;
  const requests: HandlerServices['requests'] = {
    query: (name) =>
      networks === null || name !== 'keys.habits'
        ? Promise.reject(new AppError('UNAVAILABLE', 'The log is down.'))
        : Promise.resolve([habitsFrom(keyId, networks)] as never),
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({ requests }));
  keyId = (await makeKey(world, await makeSubjects(world))).key.keyId;
});
afterEach(() => {
  world.close();
});

/** What the log says from now on; a write of the store makes it be asked again. */
async function usedFrom(next: readonly string[] | null): Promise<void> {
  networks = next;
  await world.call('keys.update', { keyId, note: String(next) });
}
const dismiss = { reason: 'One team in two offices' };
const shown = async () => {
  const { items } = await world.call('hygiene.board', {}, 'viewer');
  const { isSuspected, dismissal } = await world.call('hygiene.sharing', { keyId }, 'viewer');
  expect(items.find(({ kind }) => kind === 'sharing')?.count).toBe(isSuspected ? 1 : 0);
  expect((await world.call('keys.list', { filter: { sharingSuspected: true } })).total).toBe(
    isSuspected ? 1 : 0,
  );
  return { isSuspected, dismissal };
};

it('a key whose users are called one party is suspected no more, on the board, in the list and on its page, until they change', async () => {
  expect(await shown()).toEqual({ isSuspected: true, dismissal: null });
  await world.call('hygiene.dismissSharing', { keyId, ...dismiss });
  const said = { ...dismiss, by: 'The owner', at: world.nowMs() };
  expect(await shown()).toEqual({ isSuspected: false, dismissal: { ...said, isOutdated: false } });
  await usedFrom([...OFFICES].reverse());
  expect((await shown()).isSuspected).toBe(false);
  await usedFrom([...OFFICES, '203.0.113.0/24']);
  expect(await shown()).toEqual({ isSuspected: true, dismissal: { ...said, isOutdated: true } });
  // Called one party again, with those of now.
  await world.call('hygiene.dismissSharing', { keyId, reason: 'A third office' });
  expect((await shown()).isSuspected).toBe(false);
});

it('is looked at again when somebody says so, and the trail has the reasons', async () => {
  await world.call('hygiene.dismissSharing', { keyId, ...dismiss });
  await world.call('hygiene.reviewSharing', { keyId });
  expect(await shown()).toEqual({ isSuspected: true, dismissal: null });
  const { items } = await world.call('audit.list', { filter: { subjectId: keyId } });
  expect(items.slice(0, 2)).toMatchObject([
    { action: 'hygiene.reviewSharing', before: { reason: dismiss.reason } },
    { action: 'hygiene.dismissSharing', reason: dismiss.reason },
  ]);
  expect((await world.refusal('hygiene.reviewSharing', { keyId })).code).toBe('WRONG_STATUS');
});

it('needs a reason, the role of an admin, and evidence', async () => {
  expect((await world.refusal('hygiene.dismissSharing', { keyId, reason: ' ' })).code).toBe('INVALID_INPUT');
  const refused = await world.refusal('hygiene.dismissSharing', { keyId, ...dismiss }, 'issuer');
  expect(refused.code).toBe('FORBIDDEN');
  await usedFrom(OFFICES.slice(0, 1));
  expect((await world.refusal('hygiene.dismissSharing', { keyId, ...dismiss })).code).toBe('WRONG_STATUS');
  await usedFrom(null);
  expect((await world.refusal('hygiene.dismissSharing', { keyId, ...dismiss })).code).toBe('UNAVAILABLE');
});
