import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const RATE = { limit: 30, windowMs: 60_000 };

const newTemplate = (changes: object = {}) =>
  world.call('templates.create', {
    name: 'Feed',
    scopeIds: [subjects.scope.id],
    rateLimit: RATE,
    expiresInMs: 30 * DAY_MS,
    ...changes,
  });
const fromTemplate = (templateId: string, changes: object = {}) => ({
  templateId,
  applicationId: subjects.application.id,
  name: 'Made of it',
  environment: 'live' as const,
  ...changes,
});
const events = async (action: string) => (await world.call('audit.list', { filter: { action } })).items;

describe('shipped templates', () => {
  it('there is one for each tier on its plan, a read-only feed, a CI key and a sandbox', async () => {
    const { items } = await world.call('templates.list', {});
    const plans = new Map((await world.call('plans.list', {})).items.map((plan) => [plan.id, plan.name]));
    const shown = items.map(({ name, planId, environment, expiresInMs }) => [
      name,
      planId === null ? null : plans.get(planId),
      environment,
      (expiresInMs ?? 0) / DAY_MS,
    ]);
    expect(shown).toEqual([
      ['CI key', null, 'test', 7],
      ['external', 'external', null, 90],
      ['federal', 'federal', null, 365],
      ['first_party', 'first_party', null, 365],
      ['Read-only data feed', 'external', null, 90],
      ['Sandbox', null, 'test', 30],
    ]);
  });

  it('a key of the read-only feed has not drifted from it', async () => {
    const { items } = await world.call('templates.list', {});
    const feed = items.find(({ name }) => name === 'Read-only data feed');
    const { key } = await world.call('keys.createFromTemplate', fromTemplate(feed?.id ?? ''));
    expect(key.template).toEqual({ id: feed?.id, name: 'Read-only data feed', drift: [] });
    expect(key.rules).toEqual([{ effect: 'allow', methods: ['GET', 'HEAD'], path: '/**' }]);
    expect(key.tags).toEqual(['read-only']);
  });
});

describe('a key made of a template', () => {
  it('needs only a name and an application where the template says the environment', async () => {
    const template = await newTemplate({ environment: 'test', tags: ['feed'], ipAllow: ['10.0.0.0/8'] });
    const { key, secret } = await world.call('keys.createFromTemplate', {
      templateId: template.id,
      applicationId: subjects.application.id,
      name: 'Short',
    });
    expect(secret).toMatch(/^lk_test_datafeed_/);
    expect(key).toMatchObject({
      environment: 'test',
      rateLimit: RATE,
      tags: ['feed'],
      ipAllow: ['10.0.0.0/8'],
    });
    expect(key.scopeIds).toEqual([subjects.scope.id]);
    expect(key.expiresAt).toBe(world.nowMs() + 30 * DAY_MS);
    expect((await world.call('templates.get', { templateId: template.id })).keyCount).toBe(1);
  });

  it('says why it never expires where the template gives no expiry, and takes what is sent before that', async () => {
    const template = await newTemplate({ expiresInMs: null });
    const input = fromTemplate(template.id);
    const { key } = await world.call('keys.createFromTemplate', input);
    expect(key).toMatchObject({ expiresAt: null, noExpiryReason: 'Template Feed' });
    const expiresAt = world.nowMs() + 1_000;
    const other = await world.call('keys.createFromTemplate', { ...input, expiresAt, tags: ['own'] });
    expect(other.key).toMatchObject({ expiresAt, noExpiryReason: null, tags: ['own'] });
  });

  it('is refused without an environment, by an unknown template and by what a template names that is gone', async () => {
    const template = await newTemplate();
    const { environment: _, ...open } = fromTemplate(template.id);
    expect((await world.refusal('keys.createFromTemplate', open)).fields?.[0]?.path).toBe('environment');
    const unknown = fromTemplate('tpl_0000000000000000');
    expect((await world.refusal('keys.createFromTemplate', unknown)).code).toBe('TEMPLATE_NOT_FOUND');
    const nowhere = fromTemplate(template.id, { applicationId: 'app_0000000000000000' });
    expect((await world.refusal('keys.createFromTemplate', nowhere)).code).toBe('APPLICATION_NOT_FOUND');
  });
});

describe('issuers', () => {
  it('see and use only the templates that are for them, with all that an admin wrote in them', async () => {
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/offers' }] as const;
    const approved = await newTemplate({ name: 'Approved', isForIssuers: true, rules });
    const other = await newTemplate({ name: 'Other' });
    const seen = await world.call('templates.list', { includeArchived: true }, 'issuer');
    expect(seen.items.map(({ name }) => name)).toEqual(['Approved']);
    expect((await world.refusal('templates.get', { templateId: other.id }, 'issuer')).code).toBe(
      'TEMPLATE_NOT_FOUND',
    );
    const made = await world.call('keys.createFromTemplate', fromTemplate(approved.id), 'issuer');
    expect(made.key.rules).toEqual(rules);
    expect((await world.refusal('keys.createFromTemplate', fromTemplate(other.id), 'issuer')).code).toBe(
      'TEMPLATE_NOT_FOUND',
    );
    await world.call('templates.update', { templateId: approved.id, isArchived: true });
    expect((await world.refusal('keys.createFromTemplate', fromTemplate(approved.id), 'issuer')).code).toBe(
      'TEMPLATE_NOT_FOUND',
    );
  });
});

describe('changing a template', () => {
  it('changes no key, and shows where its keys differ, also from a draft', async () => {
    const template = await newTemplate();
    const { key } = await world.call('keys.createFromTemplate', fromTemplate(template.id));
    const draft = { rateLimit: null, ipAllow: ['10.0.0.1'] };
    const before = await world.call('templates.keys', { templateId: template.id, draft });
    expect(before.items[0]?.drift).toEqual(['rateLimit', 'ipAllow']);
    await world.call('templates.update', { templateId: template.id, ...draft, scopeIds: [] });
    const stored = await world.call('keys.get', { keyId: key.keyId });
    expect(stored.rateLimit).toEqual(RATE);
    expect(stored.template?.drift).toEqual(['scopeIds', 'rateLimit', 'ipAllow']);
    expect(await events('templates.update')).toMatchObject([
      { before: { rateLimit: RATE, ipAllow: [] }, after: { rateLimit: null, scopeIds: [] } },
    ]);
  });

  it('refuses a taken name, an unknown template, scope, plan and bad addresses, and changes nothing', async () => {
    const template = await newTemplate();
    const { id: templateId } = template;
    const wrong = [
      [{ templateId, name: 'EXTERNAL' }, 'NAME_TAKEN'],
      [{ templateId: 'tpl_0000000000000000', name: 'x' }, 'TEMPLATE_NOT_FOUND'],
      [{ templateId, scopeIds: ['scp_0000000000000000'] }, 'SCOPE_NOT_FOUND'],
      [{ templateId, planId: 'pln_0000000000000000' }, 'PLAN_NOT_FOUND'],
      [{ templateId, ipAllow: ['not an address'] }, 'INVALID_INPUT'],
      [{ templateId, expiresInMs: 1 }, 'INVALID_INPUT'],
    ] as const;
    for (const [input, code] of wrong) {
      expect((await world.refusal('templates.update', input)).code).toBe(code);
    }
    expect((await world.refusal('templates.create', { name: 'feed', expiresInMs: null })).code).toBe(
      'NAME_TAKEN',
    );
    expect(await world.call('templates.get', { templateId })).toEqual(template);
  });
});

describe('applying a template', () => {
  const many = async (count: number): Promise<Key[]> => {
    const made: Key[] = [];
    for (let number = 0; number < count; number += 1) {
      made.push((await makeKey(world, subjects, { name: `Key ${String(number)}` })).key);
    }
    return made;
  };

  it('to three of five keys changes these three, each with an audit event, and the others in nothing', async () => {
    const template = await newTemplate({ ipAllow: ['10.0.0.0/8'] });
    const keys = await many(5);
    const chosen = keys.slice(0, 3).map(({ keyId }) => keyId);
    const outcome = await world.call('templates.apply', { templateId: template.id, keyIds: chosen });
    expect(outcome).toEqual({ changed: chosen, unchanged: 0 });
    for (const key of keys) {
      const after = await world.call('keys.get', { keyId: key.keyId });
      if (!chosen.includes(key.keyId)) expect(after).toEqual(key);
      else expect(after).toMatchObject({ rateLimit: RATE, ipAllow: ['10.0.0.0/8'], template: { drift: [] } });
    }
    const told = await events('keys.update');
    expect(told.map(({ subject }) => subject.id).toSorted()).toEqual(chosen.toSorted());
    expect(told[0]).toMatchObject({
      reason: 'Template Feed',
      before: { rateLimit: null, ipAllow: [], templateId: null },
      after: { rateLimit: RATE, ipAllow: ['10.0.0.0/8'], templateId: template.id },
    });
    expect(await events('templates.apply')).toMatchObject([{ after: { keyIds: chosen, unchanged: 0 } }]);
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('gives only the named fields, leaves expiry, tags and name, and counts what was so already', async () => {
    const template = await newTemplate({ ipAllow: ['10.0.0.0/8'], tags: ['feed'] });
    const [first] = await many(1);
    const keyId = first?.keyId ?? '';
    const input = { templateId: template.id, keyIds: [keyId, keyId], fields: ['rateLimit'] as const };
    expect(await world.call('templates.apply', { ...input, fields: [...input.fields] })).toEqual({
      changed: [keyId],
      unchanged: 0,
    });
    const after = await world.call('keys.get', { keyId });
    expect(after).toMatchObject({ ipAllow: [], tags: [], name: first?.name, expiresAt: first?.expiresAt });
    expect(after.template?.drift).toEqual(['ipAllow']);
    expect(await world.call('templates.apply', { ...input, fields: ['rateLimit'] })).toEqual({
      changed: [],
      unchanged: 1,
    });
  });

  it('holds at the next reading of the policy: scopes are given and taken', async () => {
    const template = await newTemplate({ scopeIds: [] });
    const [key] = await many(1);
    await world.call('templates.apply', { templateId: template.id, keyIds: [key?.keyId ?? ''] });
    expect((await world.call('keys.get', { keyId: key?.keyId ?? '' })).scopeIds).toEqual([]);
  });

  it('changes no key at all when one of them is revoked or unknown', async () => {
    const template = await newTemplate();
    const keys = await many(2);
    const [one, two] = keys.map(({ keyId }) => keyId);
    await world.call('keys.revoke', { keyId: two ?? '', reason: 'policy' });
    const revoked = { templateId: template.id, keyIds: [one, two] };
    expect((await world.refusal('templates.apply', revoked)).code).toBe('WRONG_STATUS');
    const unknown = { templateId: template.id, keyIds: [one, '000000000000'] };
    expect((await world.refusal('templates.apply', unknown)).code).toBe('KEY_NOT_FOUND');
    expect(await world.call('keys.get', { keyId: one ?? '' })).toEqual(keys[0]);
    expect(await events('keys.update')).toEqual([]);
  });
});

describe('the keys of a template', () => {
  it('come page by page, each once, without revoked ones', async () => {
    const template = await newTemplate();
    const made: string[] = [];
    for (let number = 0; number < 7; number += 1) {
      const input = fromTemplate(template.id, { name: `Key ${String(number)}` });
      made.push((await world.call('keys.createFromTemplate', input)).key.keyId);
    }
    const gone = made.pop() ?? '';
    await world.call('keys.revoke', { keyId: gone, reason: 'policy' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = { templateId: template.id, limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const page = await world.call('templates.keys', input);
      expect(page.total).toBe(6);
      seen.push(...page.items.map(({ keyId }) => keyId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made.toSorted());
  });

  it('stay as they are when it is deleted, and follow none', async () => {
    const template = await newTemplate();
    const { key } = await world.call('keys.createFromTemplate', fromTemplate(template.id));
    await world.call('templates.delete', { templateId: template.id });
    expect(await world.call('keys.get', { keyId: key.keyId })).toEqual({ ...key, template: null });
    expect((await world.refusal('templates.get', { templateId: template.id })).code).toBe(
      'TEMPLATE_NOT_FOUND',
    );
  });

  it('leave it and move by keys.update, and a scope that it gives cannot be deleted', async () => {
    const template = await newTemplate();
    const { key } = await makeKey(world, subjects, { scopeIds: [] });
    const moved = await world.call('keys.update', { keyId: key.keyId, templateId: template.id });
    expect(moved.template?.drift).toEqual(['scopeIds', 'rateLimit']);
    expect((await world.call('keys.update', { keyId: key.keyId, templateId: null })).template).toBeNull();
    const unknown = { keyId: key.keyId, templateId: 'tpl_0000000000000000' };
    expect((await world.refusal('keys.update', unknown)).code).toBe('TEMPLATE_NOT_FOUND');
    const refused = await world.refusal('scopes.delete', { scopeId: subjects.scope.id });
    expect(refused).toMatchObject({ code: 'SCOPE_IN_USE' });
    expect(refused.message).toContain('“Feed”');
  });
});
