import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_REQUESTS_MAX } from '#contract/access-requests.ts';
import { DAY_MS } from '#contract/usage.ts';
import { createAccessDesk } from '#main/access-requests/access-desk.ts';
import { must } from '#main/platform/must.ts';
import { ask, formOf } from './access-world.test-support.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
});
afterEach(() => world.close());

const desk = () => createAccessDesk(world.systemContext);

describe('automatic approval', () => {
  const turnOn = async (changes: object = {}) => {
    const { id: templateId } = await world.call('templates.create', {
      name: 'Trials',
      expiresInMs: DAY_MS,
      scopeIds: [subjects.scope.id],
    });
    const automatic = {
      isOn: true,
      templateId,
      mailDomains: [],
      perDayMax: 2,
      requestsPerDayMax: 1_000,
      ...changes,
    };
    await world.call('accessRequests.updateSettings', { automatic });
  };

  it('is off at first; when on, gives a small test key with the limits of a trial and names its rule', async () => {
    expect(ask(world).state).toBe('open');
    await turnOn();
    const asked = ask(world);
    expect(asked).toMatchObject({ state: 'approved', isAutomatic: true, decidedBy: 'Automatic approval' });
    expect(asked.granted?.link).toContain('https://keys.acme.example/h/');
    const key = await world.call('keys.get', { keyId: must(asked.grantedKeyId, 'a key') });
    expect(key).toMatchObject({
      environment: 'test',
      status: 'suspended',
      rateLimit: { limit: 60, windowMs: 60_000 },
      expiresAt: world.nowMs() + 14 * DAY_MS,
      partnerName: 'Self-service',
    });
    const { items } = await world.call('audit.list', { filter: { subjectId: asked.id } });
    expect(items.map(({ action, after }) => [action, after?.['rule']])).toContainEqual([
      'accessRequests.approveAutomatically',
      expect.stringMatching(/^template tpl_/),
    ]);
  });

  it.each([
    ['a live key', { environment: 'live' }],
    ['more than the budget', { volume: '1001', purpose: 'Much' }],
    ['what the template does not allow', { other: 'POST /offers' }],
    ['more for a key', { key: 'k7Qd2mX9pR4t' }],
  ])('leaves %s to a person', async (_what, changes) => {
    await turnOn();
    expect(ask(world, changes)).toMatchObject({ state: 'open', granted: null });
  });

  it('stops at its number in a day, at other domains, and where no link leads to the key', async () => {
    await turnOn();
    expect([ask(world), ask(world), ask(world)].map(({ state }) => state)).toEqual([
      'approved',
      'approved',
      'open',
    ]);
    world.advance(DAY_MS + 1);
    expect(ask(world).state).toBe('approved');
    await world.call('settings.update', { publicUrl: null });
    expect(ask(world).state).toBe('open');
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    const { automatic } = await world.call('accessRequests.settings', {});
    await world.call('accessRequests.updateSettings', {
      automatic: { ...automatic, mailDomains: ['acme.example'] },
    });
    expect(ask(world).state).toBe('open');
    expect(ask(world, { contact: 'a@ACME.example' }).state).toBe('approved');
  });

  it('cannot be switched on without a template', async () => {
    const { automatic } = await world.call('accessRequests.settings', {});
    const input = { automatic: { ...automatic, isOn: true } };
    expect((await world.refusal('accessRequests.updateSettings', input)).fields).toMatchObject([
      { path: 'automatic.templateId' },
    ]);
  });
});

describe('what strangers send', () => {
  it('is one request however often one form is sent', () => {
    const one = desk();
    const read = one.read({ fields: formOf(), isOutside: false });
    if (!read.ok) throw new Error('It was not read.');
    const formId = one.newFormId();
    const sent = [1, 2, 3].map(() => one.submit({ ask: read.ask, formId, address: null }).token);
    expect(new Set(sent).size).toBe(1);
    expect(world.db.accessRequests.count({})).toBe(1);
  });

  it('is turned away when too much is open, and room is made by decisions', async () => {
    const all = Array.from({ length: OPEN_REQUESTS_MAX }, () => ask(world).id);
    expect(() => ask(world)).toThrow('no room');
    await world.call('accessRequests.reject', { accessRequestIds: all.slice(0, 1), reason: 'No' });
    expect(ask(world).state).toBe('open');
  });

  it('accepts the terms in the version that stands, and keeps which', async () => {
    await world.call('accessRequests.updateSettings', { terms: 'Share no key.' });
    const { termsVersion } = await world.call('accessRequests.updateSettings', {
      terms: 'Share no key, ever.',
    });
    expect(termsVersion).toBe(2);
    expect(desk().read({ fields: formOf({ terms: '1' }), isOutside: false })).toMatchObject({
      ok: false,
      problems: { terms: 'Read the terms and accept them.' },
    });
    expect(ask(world, { terms: '2' }).termsVersion).toBe(2);
  });
});
