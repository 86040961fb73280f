import { afterEach, beforeEach, expect, it } from 'vitest';
import { enrollChild } from '#main/enrolment/enroll-child.ts';
import { findEnrolmentToken } from '#main/enrolment/find-enrolment-token.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const allow = (maxDays: number | null) =>
  world.call('settings.update', {
    keyLifetimes: [{ tier: subjects.partner.tier, defaultDays: null, maxDays }],
  });
const inDays = (days: number) => world.nowMs() + days * DAY_MS;
const newKey = (expiresAt: number | null) => ({
  applicationId: subjects.application.id,
  name: 'K',
  environment: 'live' as const,
  expiresAt,
});
const TOO_LONG = { code: 'INVALID_INPUT', fields: [{ path: 'expiresAt' }] };

it('a key that would live longer than its tier allows is refused at its end, made, imported or of a template', async () => {
  await allow(90);
  expect(await world.refusal('keys.create', newKey(inDays(91)))).toMatchObject(TOO_LONG);
  expect(await world.refusal('keys.create', newKey(null))).toMatchObject(TOO_LONG);
  await world.call('keys.create', newKey(inDays(90)));
  const { name: _name, ...taken } = newKey(null);
  const text = 'k3J9sQ0aZx8LmN2vB7cT5yRw';
  const imported = { ...taken, scopeIds: [], format: 'plain', text };
  expect(await world.refusal('keys.import', imported)).toMatchObject(TOO_LONG);
  const template = await world.call('templates.create', { name: 'Long', expiresInMs: 365 * DAY_MS });
  const ofTemplate = { templateId: template.id, ...taken, expiresAt: undefined, name: 'T' };
  expect(await world.refusal('keys.createFromTemplate', ofTemplate)).toMatchObject(TOO_LONG);
});

it('an extension stays within the policy; what a key has already is kept by other changes', async () => {
  const { key } = await makeKey(world, subjects, { expiresAt: inDays(300) });
  await allow(90);
  const { keyId } = key;
  expect((await world.call('keys.update', { keyId, note: 'Still there' })).expiresAt).toBe(key.expiresAt);
  expect(await world.refusal('keys.update', { keyId, expiresAt: inDays(200) })).toMatchObject(TOO_LONG);
  expect(await world.refusal('keys.update', { keyId, expiresAt: null })).toMatchObject(TOO_LONG);
  await world.call('keys.update', { keyId, expiresAt: inDays(90) });
});

it('without a maximum for its tier a key may live for ever', async () => {
  await allow(null);
  await world.call('keys.create', newKey(null));
});

it('a usual lifetime that is longer than the longest, or a tier named twice, is refused', async () => {
  const lifetime = { tier: 'external', defaultDays: 90, maxDays: 30 };
  expect((await world.refusal('settings.update', { keyLifetimes: [lifetime] })).code).toBe('INVALID_INPUT');
  const twice = [1, 2].map((maxDays) => ({ tier: 'external', defaultDays: null, maxDays }));
  expect((await world.refusal('settings.update', { keyLifetimes: twice })).code).toBe('INVALID_INPUT');
});

it('a child lives no longer than its tier allows, also where its parent was made before the policy', async () => {
  const { key } = await makeKey(world, subjects, { expiresAt: inDays(300) });
  const made = await world.call('enrolment.createToken', {
    keyId: key.keyId,
    name: 'Builds',
    childLifeMsMax: 20 * DAY_MS,
    expiresAt: inDays(200),
  });
  await allow(7);
  const token = findEnrolmentToken(world.systemContext(), must(made.token, 'it is shown once'));
  const outcome = enrollChild(world.systemContext(), must(token, 'it is live'), {});
  expect(outcome).toMatchObject({ kind: 'made', answer: { key: { expiresAt: inDays(7) } } });
});
