import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { keyId as keyIdOf, timestampMs, type KeyId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
let keyId: KeyId;

const GET_ITEMS = { effect: 'allow', methods: ['GET'], path: '/inventory/items/*' } as const;
const DENY = { effect: 'deny', methods: ['*'], path: '/inventory/secret' } as const;
const RECIPIENT = { recipientName: 'Dana Doe', recipientContact: 'dana@acme.example' };

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  const { key } = await makeKey(world, subjects, { rules: [DENY], ipAllow: ['10.0.0.0/8'] });
  keyId = key.keyId;
});
afterEach(() => {
  world.close();
});

function split(changes: Partial<CallInput<'keys.split'>> = {}): CallInput<'keys.split'> {
  return {
    keyId,
    parts: [
      { name: 'Web', rules: [GET_ITEMS], ipAllow: ['10.1.0.0/16'] },
      { name: 'Worker', rules: null },
    ],
    endsAt: timestampMs.parse(world.nowMs() + 14 * DAY_MS),
    ...changes,
  };
}

it('a split makes each key with what it was given and never more than the original, and lets the original end', async () => {
  const made = await world.call('keys.split', split());
  expect(made).toMatchObject({ undoObstacle: null, endsAt: world.nowMs() + 14 * DAY_MS });
  const [web, worker] = await Promise.all(
    made.keys.map(({ key }) => world.call('keys.get', { keyId: key.keyId })),
  );
  expect(web).toMatchObject({
    name: 'Web',
    scopeIds: [],
    rules: [GET_ITEMS, DENY],
    ipAllow: ['10.1.0.0/16'],
    // The scope was about one service, and so is the key.
    serviceAllow: [subjects.service.id],
    applicationId: subjects.application.id,
  });
  expect(worker).toMatchObject({ scopeIds: [subjects.scope.id], rules: [DENY], ipAllow: ['10.0.0.0/8'] });
  expect((await world.call('keys.get', { keyId })).expiresAt).toBe(world.nowMs() + 14 * DAY_MS);
  // Nobody has seen a secret of them.
  expect(JSON.stringify(made)).not.toMatch(/lk_live_datafeed_[A-Za-z0-9]{12}_[A-Za-z0-9]{20,}/);
});

it('a part is bound to no network that the original is not bound to, and refused where they have none in common', async () => {
  const bound = async (ipAllow: readonly string[]) => {
    const parts = [
      { name: 'Web', rules: null, ipAllow: [...ipAllow] },
      { name: 'Worker', rules: null },
    ];
    const { keys } = await world.call('keys.split', split({ parts }));
    const policy = await world.call('keys.get', { keyId: must(keys[0], 'a part').key.keyId });
    await world.call('keys.undoSplit', { keyId });
    return policy.ipAllow;
  };
  expect(await bound(['10.1.0.0/16', '0.0.0.0/0', '2001:db8::/32'])).toEqual(['10.1.0.0/16', '10.0.0.0/8']);
  await world.call('keys.update', { keyId, ipAllow: ['203.0.113.9'] });
  // A party is told by its network, of which the original may use one address.
  expect(await bound(['203.0.113.0/24'])).toEqual(['203.0.113.9']);
  await expect(bound(['198.51.100.0/24'])).rejects.toThrow('The original is bound to other networks.');
  await world.call('keys.update', { keyId, ipAllow: [] });
  expect(await bound(['198.51.100.0/24'])).toEqual(['198.51.100.0/24']);
});

it('rules that the original does not allow are refused, and then nothing is made', async () => {
  const before = (await world.call('keys.list', {})).total;
  const wide = { effect: 'allow', methods: ['GET', 'POST'], path: '/inventory/items/*' } as const;
  const error = await world.refusal(
    'keys.split',
    split({
      parts: [
        { name: 'Web', rules: null },
        { name: 'Wide', rules: [wide] },
      ],
    }),
  );
  expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'parts.1.rules' }] });
  expect((await world.call('keys.list', {})).total).toBe(before);
  expect((await world.call('keys.get', { keyId })).expiresAt).toBe(world.nowMs() + 90 * DAY_MS);
});

it('a key that ends earlier keeps its end; one that was split, revoked or is unknown is not split', async () => {
  const late = await world.call(
    'keys.split',
    split({ endsAt: timestampMs.parse(world.nowMs() + 400 * DAY_MS) }),
  );
  expect(late.endsAt).toBe(world.nowMs() + 90 * DAY_MS);
  expect(await world.refusal('keys.split', split())).toMatchObject({ code: 'WRONG_STATUS' });
  const { key } = await makeKey(world, subjects);
  await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
  expect(await world.refusal('keys.split', split({ keyId: key.keyId }))).toMatchObject({
    code: 'WRONG_STATUS',
  });
  expect(await world.refusal('keys.split', split({ keyId: keyIdOf.parse('zzzzzzzzzzzz') }))).toMatchObject({
    code: 'KEY_NOT_FOUND',
  });
});

it('a split is undone whole while nothing was received: keys revoked, handoffs withdrawn, the end as it was; then it can be split anew', async () => {
  const made = await world.call('keys.split', split());
  const [web] = made.keys.map(({ key }) => key);
  const { handoff } = await world.call('handoffs.create', {
    keyId: must(web, 'there are two').keyId,
    source: { kind: 'rotated', overlapMs: 0 },
    channel: 'link',
    ...RECIPIENT,
  });
  const undone = await world.call('keys.undoSplit', { keyId });
  expect(undone.expiresAt).toBe(world.nowMs() + 90 * DAY_MS);
  for (const { key } of made.keys) {
    expect((await world.call('keys.get', { keyId: key.keyId })).status).toBe('revoked');
  }
  expect((await world.call('handoffs.get', { handoffId: handoff.id })).state).toBe('withdrawn');
  expect(await world.refusal('keys.undoSplit', { keyId })).toMatchObject({ code: 'WRONG_STATUS' });
  expect((await world.call('keys.split', split())).keys).toHaveLength(2);
});

it('an end that somebody gave the original since stays when the split is undone', async () => {
  await world.call('keys.split', split());
  const expiresAt = timestampMs.parse(world.nowMs() + 30 * DAY_MS);
  await world.call('keys.update', { keyId, expiresAt });
  expect((await world.call('keys.undoSplit', { keyId })).expiresAt).toBe(expiresAt);
});

it('once somebody has received one of the keys, or uses it, the split stays', async () => {
  const { keys } = await world.call('keys.split', split());
  const web = must(keys[0], 'there are two').key;
  const { key, secret } = await world.call('keys.rotate', { keyId: web.keyId, overlapMs: 0 });
  await world.call('handoffs.create', {
    keyId: key.keyId,
    source: { kind: 'given', secret: secret ?? '' },
    channel: 'clipboard',
    ...RECIPIENT,
  });
  expect(await world.refusal('keys.undoSplit', { keyId })).toMatchObject({
    code: 'WRONG_STATUS',
    message: 'Dana Doe has received “Web”. The split can no longer be undone.',
  });
  expect((await world.call('keys.get', { keyId: web.keyId })).status).toBe('active');
});
