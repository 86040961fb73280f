import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { createAccessDesk } from '#main/access-requests/access-desk.ts';
import { must } from '#main/platform/must.ts';
import { ask, type Asked } from './access-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
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
const get = ({ id }: Pick<Asked, 'id'>) => world.call('accessRequests.get', { accessRequestId: id });

function approval(
  { id }: Pick<Asked, 'id'>,
  changes: Partial<CallInput<'accessRequests.approve'>> = {},
): CallInput<'accessRequests.approve'> {
  return {
    accessRequestId: id,
    grantee: {
      kind: 'new_partner',
      partnerName: 'Bolt',
      tier: 'external',
      name: 'Shop sync',
      slug: 'shopsync',
    },
    key: { name: 'Shop sync', environment: 'test', scopeIds: [subjects.scope.id], expiresAt: null },
    delivery: { kind: 'link' },
    recipientName: 'Dana of Bolt',
    ...changes,
  };
}
const toAcme = () => ({ kind: 'application', applicationId: subjects.application.id }) as const;
const digitsIn = (text: string) => must(/\d{3} \d{3} \d{3}/.exec(text), 'a code')[0];
const counts = () => ({
  partners: world.db.partners.list().length,
  applications: world.db.applications.list(null).length,
  keys: world.db.keys.count({
    filter: {},
    among: null,
    actor: world.systemContext().actor,
    nowMs: world.nowMs(),
  }),
  handoffs: world.db.handoffList.count({}, world.nowMs()),
});

describe('accessRequests.approve', () => {
  it('makes partner, application, key and handoff at once; the key works when its contact has shown that it can be reached', async () => {
    const asked = ask(world);
    const made = await world.call('accessRequests.approve', approval(asked, { answer: 'Welcome' }));
    expect(made.link).toMatch(/^https:\/\/keys\.acme\.example\/h\/[0-9A-Za-z]{43}$/);
    expect(made.accessRequest).toMatchObject({
      state: 'approved',
      grantedKeyId: made.key.keyId,
      answer: 'Welcome',
    });
    expect(made.key).toMatchObject({
      status: 'suspended',
      suspension: { reason: 'Waits until its contact is confirmed.' },
    });
    const notice = must(made.notice, 'a notice');
    expect(notice).toMatchObject({ to: 'dev@bolt.example' });
    const text = must(notice.text, 'nothing was mailed');
    expect(text).toContain(made.link);
    expect(text).not.toContain(made.code);
    expect(desk().enterCode(asked.token, digitsIn(text))?.outcome).toEqual({ kind: 'confirmed' });
    const { status } = await world.call('keys.get', { keyId: made.key.keyId });
    expect(status).toBe('active');
  });

  it('approves once: a second approval and a rejection afterwards are refused and make nothing', async () => {
    const asked = ask(world);
    await world.call('accessRequests.approve', approval(asked));
    const before = counts();
    const second = approval(asked, { grantee: toAcme() });
    expect(await world.refusal('accessRequests.approve', second)).toMatchObject({
      code: 'WRONG_STATUS',
      message: 'This request was approved by The owner.',
    });
    const rejection = { accessRequestIds: [asked.id], reason: 'No' };
    expect((await world.refusal('accessRequests.reject', rejection)).code).toBe('WRONG_STATUS');
    expect(counts()).toEqual(before);
  });

  it('leaves neither partner nor key where the handoff cannot be made', async () => {
    const asked = ask(world);
    const before = counts();
    await world.call('settings.update', { publicUrl: null });
    const refused = await world.refusal('accessRequests.approve', approval(asked));
    expect(refused.code).toBe('HANDOFF_CHANNEL_BLOCKED');
    const withKey = approval(asked, { delivery: { kind: 'sealed', seal: 'recipient_key' } });
    expect((await world.refusal('accessRequests.approve', withKey)).code).toBe('RECIPIENT_KEY_MISSING');
    expect(counts()).toEqual(before);
    expect((await get(asked)).state).toBe('open');
  });

  it('seals the key into a file with words, which hold nothing that is kept', async () => {
    const asked = ask(world);
    const sealed = approval(asked, { delivery: { kind: 'sealed', seal: 'page', withPassport: false } });
    const made = await world.call('accessRequests.approve', sealed);
    expect(made).toMatchObject({ link: null, code: null, file: { mediaType: 'text/html' } });
    const dump = world.db.handle.serialize();
    expect(dump.includes(must(made.passphrase, 'words'))).toBe(false);
    expect(dump.includes(digitsIn(must(made.notice?.text, 'a notice')))).toBe(false);
  });

  it('lets issuers approve for applications that are there, with scopes only, and viewers nothing', async () => {
    const asked = ask(world);
    expect((await world.refusal('accessRequests.approve', approval(asked), 'viewer')).code).toBe('FORBIDDEN');
    const refused = await world.refusal('accessRequests.approve', approval(asked), 'issuer');
    expect(refused).toMatchObject({ code: 'FORBIDDEN', fields: [{ path: 'grantee' }] });
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/**' }] as const;
    const key = { name: 'K', environment: 'test', rules: [...rules], expiresAt: null } as const;
    const withRules = approval(asked, { grantee: toAcme(), key });
    expect((await world.refusal('accessRequests.approve', withRules, 'issuer')).code).toBe('FORBIDDEN');
    const made = await world.call('accessRequests.approve', approval(asked, { grantee: toAcme() }), 'issuer');
    expect(made.key.applicationId).toBe(subjects.application.id);
  });

  it('gives a key that works at once where only live ones wait for their contact', async () => {
    await world.call('accessRequests.updateSettings', { confirms: 'live_only' });
    const test = await world.call('accessRequests.approve', approval(ask(world)));
    expect(test.key.status).toBe('active');
    const live = approval(ask(world), {
      grantee: toAcme(),
      key: { name: 'Live', environment: 'live', scopeIds: [], expiresAt: null },
    });
    expect((await world.call('accessRequests.approve', live)).key.status).toBe('suspended');
  });
});

describe('the contact', () => {
  it('five wrong codes spend a code; a new one works and an older one does not', async () => {
    const asked = ask(world);
    const code = async () =>
      digitsIn(
        must(
          (await world.call('accessRequests.makeCode', { accessRequestId: asked.id })).notice?.text,
          'the words of it',
        ),
      );
    const first = await code();
    const wrong = first === '000 000 000' ? '111111111' : '000000000';
    const outcomes = Array.from({ length: 5 }, () => desk().enterCode(asked.token, wrong)?.outcome.kind);
    expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'spent']);
    expect(desk().enterCode(asked.token, first)?.outcome.kind).toBe('none');
    const second = await code();
    expect(desk().enterCode(asked.token, first)?.outcome.kind).toBe('wrong');
    expect(desk().enterCode(asked.token, second.replaceAll(' ', '-'))?.outcome.kind).toBe('confirmed');
    expect((await get(asked)).contactConfirmedAt).toBe(world.nowMs());
    const again = await world.refusal('accessRequests.makeCode', { accessRequestId: asked.id });
    expect(again.code).toBe('WRONG_STATUS');
  });

  it('can be confirmed by an admin who says how, and brings back no key that was suspended for another reason', async () => {
    const asked = ask(world);
    const { key } = await world.call('accessRequests.approve', approval(asked));
    await world.call('keys.resume', { keyId: key.keyId, reason: 'Trial' });
    await world.call('keys.suspend', { keyId: key.keyId, reason: 'Misused', message: 'Call us' });
    const confirm = { accessRequestId: asked.id, reason: 'By phone' };
    expect((await world.refusal('accessRequests.confirmContact', confirm, 'issuer')).code).toBe('FORBIDDEN');
    await world.call('accessRequests.confirmContact', confirm);
    expect((await world.call('keys.get', { keyId: key.keyId })).status).toBe('suspended');
    const { items } = await world.call('audit.list', { filter: { subjectId: asked.id } });
    expect(items.map(({ action, reason }) => [action, reason])).toContainEqual([
      'accessRequests.confirmContact',
      'By phone',
    ]);
  });
});

describe('accessRequests.get', () => {
  it('shows the same application, contact and endpoints, and keys that are there already', async () => {
    await makeKey(world, subjects);
    const first = ask(world, { application: 'DATA FEED', contact: 'Dev@Bolt.example' });
    const second = ask(world, { application: 'Other', other: 'GET /inventory/{id}\nPOST /offers' });
    const third = ask(world, { contact: 'x@y.example', application: 'Third' });
    const shown = await get(first);
    expect(shown.similar.map(({ id, same }) => [id, same])).toEqual(
      expect.arrayContaining([
        [second.id, ['contact']],
        [third.id, ['endpoints']],
      ]),
    );
    expect(shown.similarCount).toBe(2);
    expect(shown.existingKeys).toMatchObject([{ applicationName: 'Data feed', coveredCount: 1 }]);
    expect(shown.applications).toMatchObject([{ id: subjects.application.id, hasSameContact: false }]);
  });

  it('suggests the fewest scopes and says what they would allow beyond what was asked', async () => {
    const { service, scope } = subjects;
    await world.call('endpoints.import', {
      serviceId: service.id,
      lines: 'GET /inventory/{id}\nGET /inventory\nPOST /offers',
    });
    const asked = ask(world, { other: 'GET /inventory/{id}\nPOST /offers' });
    const shown = await get(asked);
    expect(shown.judged).toMatchObject([
      { path: '/inventory/{id}', isInCatalogue: true, scopes: [{ id: scope.id }] },
      { path: '/offers', isInCatalogue: true, scopes: [] },
    ]);
    expect(shown.suggestedScopeIds).toEqual([scope.id]);
    const wide = await world.call('scopes.create', {
      serviceId: service.id,
      name: 'all:all',
      rules: [{ effect: 'allow', methods: ['*'], path: '/**' }],
    });
    const preview = (scopeIds: readonly (typeof scope.id)[]) =>
      world.call('accessRequests.preview', { accessRequestId: asked.id, scopeIds: [...scopeIds] });
    expect(await preview([scope.id])).toMatchObject({ uncovered: [1], beyondCount: 0 });
    expect(await preview([wide.id])).toMatchObject({
      uncovered: [],
      beyond: [{ serviceName: 'Trade API', endpoint: 'GET /inventory' }],
      beyondCount: 1,
    });
  });
});

describe('accessRequests.raise', () => {
  it('gives the key that wants more other limits and closes the request', async () => {
    const { key } = await makeKey(world, subjects);
    const asked = ask(world, { key: `${key.hint.split('…')[0] ?? ''}` });
    expect(asked.keyId).toBe(key.keyId);
    const limits = { rateLimit: { limit: 900, windowMs: 60_000 }, quota: null };
    const raised = await world.call('accessRequests.raise', { accessRequestId: asked.id, ...limits });
    expect(raised).toMatchObject({
      key: limits,
      accessRequest: { state: 'approved', grantedKeyId: key.keyId },
    });
    expect(desk().status(asked.token)).toMatchObject({ state: 'approved', granted: 'limits' });
    const none = await world.refusal('accessRequests.raise', { accessRequestId: ask(world).id, ...limits });
    expect(none.code).toBe('WRONG_STATUS');
  });
});

describe('accessRequests.reject', () => {
  it('takes a reason, which the applicant reads, and rejects all or none', async () => {
    const [one, two] = [ask(world), ask(world)];
    const ids = [one.id, two.id];
    expect((await world.refusal('accessRequests.reject', { accessRequestIds: ids, reason: ' ' })).code).toBe(
      'INVALID_INPUT',
    );
    const unknown = { accessRequestIds: [...ids, 'acr_0000000000000000'], reason: 'No' };
    expect((await world.refusal('accessRequests.reject', unknown)).code).toBe('ACCESS_REQUEST_NOT_FOUND');
    expect((await get(one)).state).toBe('open');
    await world.call(
      'accessRequests.reject',
      { accessRequestIds: ids, reason: 'Use the feed instead.' },
      'issuer',
    );
    expect(desk().status(two.token)).toMatchObject({ state: 'rejected', answer: 'Use the feed instead.' });
    expect(await world.call('accessRequests.list', {})).toMatchObject({ open: 0, all: 2, total: 2 });
  });
});
