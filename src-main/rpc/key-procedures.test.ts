import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseKey } from '#main/domain/key-format.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const NO_KEY = '000000000000';
const RULES = [{ effect: 'allow', methods: ['GET'], path: '/prices/*' }] as const;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const storedAs = (text: string) => world.db.secrets.findByHash(world.keyring.hash(text));
const eventsOf = async (subjectId: string) =>
  (await world.call('audit.list', { filter: { subjectId } })).items;
const wanted = () => ({
  applicationId: subjects.application.id,
  name: 'Warehouse sync',
  environment: 'live' as const,
  scopeIds: [subjects.scope.id],
  expiresAt: world.nowMs() + 90 * DAY_MS,
});

describe('keys.create', () => {
  it('answers with the key and its whole secret, of which only a hash is kept', async () => {
    const { key, text } = await makeKey(world, subjects);
    expect(parseKey(text)).toEqual({ kind: 'key', environment: 'live', slug: 'datafeed', keyId: key.keyId });
    expect(key).toMatchObject({
      status: 'active',
      hint: `lk_live_datafeed_${key.keyId}_…${text.slice(-4)}`,
      applicationName: 'Data feed',
      partnerName: 'Acme',
      contactEmail: 'feed@acme.example',
      scopeNames: ['inventory:read'],
      secrets: [{ version: 1, state: 'current', endsAt: null, lastUsedAt: null }],
      lastUsedAt: null,
      overlapEndsAt: null,
      suspension: null,
      revocation: null,
    });
    expect(storedAs(text)).toEqual({ keyId: key.keyId, version: 1 });
    expect(await world.call('keys.get', { keyId: key.keyId })).toEqual(key);
    const stored = world.db.handle.serialize().toString('latin1');
    const said = JSON.stringify([await world.call('audit.list', {}), world.logLines, world.announcements]);
    expect(stored + said).not.toContain(text.slice(-49, -6));
  });

  it('keeps every part of the policy', async () => {
    const plan = await world.call('plans.create', { name: 'Partner' });
    const policy = {
      rules: RULES,
      planId: plan.id,
      rateLimit: { limit: 10, windowMs: 1_000 },
      quota: { limit: 5, period: 'day' },
      ipAllow: ['203.0.113.9', '10.0.0.0/8', '2001:db8::/32'],
      originAllow: ['https://shop.example'],
      tags: ['team=search'],
      meta: { tier: 3, name: 'x', on: true, none: null },
      note: 'Two\nlines',
      externalId: 'crm-1',
    } as const;
    const { key } = await makeKey(world, subjects, {
      ...policy,
      expiresAt: null,
      noExpiryReason: 'Embedded device',
    });
    expect(key).toMatchObject({ ...policy, expiresAt: null, noExpiryReason: 'Embedded device' });
    expect(await world.call('keys.get', { keyId: key.keyId })).toEqual(key);
  });

  it('makes a key that never expires when that is said, with or without a reason', async () => {
    const { key } = await world.call('keys.create', { ...wanted(), expiresAt: null });
    expect(key).toMatchObject({ expiresAt: null, noExpiryReason: null, status: 'active' });
  });

  it('wants an expiry in the future', async () => {
    for (const expiresAt of [world.nowMs(), world.nowMs() - 1]) {
      const error = await world.refusal('keys.create', { ...wanted(), expiresAt });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'expiresAt' }] });
    }
    expect((await world.call('keys.list', {})).total).toBe(0);
  });

  it.each([
    [{ applicationId: 'app_0000000000000000' }, 'APPLICATION_NOT_FOUND', undefined],
    [{ planId: 'pln_0000000000000000' }, 'PLAN_NOT_FOUND', 'planId'],
    [{ scopeIds: ['scp_0000000000000000'] }, 'SCOPE_NOT_FOUND', 'scopeIds.0'],
    [{ ipAllow: ['10.0.0.0/8', 'localhost'] }, 'INVALID_INPUT', 'ipAllow.1'],
    [{ ipAllow: ['10.0.0.0/33'] }, 'INVALID_INPUT', 'ipAllow.0'],
    [{ ipAllow: ['fe80::1%eth0'] }, 'INVALID_INPUT', 'ipAllow.0'],
    [{ ipAllow: ['2001:db8::/129'] }, 'INVALID_INPUT', 'ipAllow.0'],
    [{ ipAllow: ['10.0.0.0/8/8'] }, 'INVALID_INPUT', 'ipAllow.0'],
    [{ originAllow: ['shop.example'] }, 'INVALID_INPUT', 'originAllow.0'],
    [{ rules: [{ effect: 'allow', methods: ['GET'], path: '/a/**/b' }] }, 'INVALID_INPUT', 'rules.0.path'],
    [{ environment: 'prod' }, 'INVALID_INPUT', 'environment'],
    [{ tags: ['two words'] }, 'INVALID_INPUT', 'tags.0'],
  ])('refuses %j with %s', async (change, code, path) => {
    const error = await world.refusal('keys.create', { ...wanted(), ...change });
    expect(error.code).toBe(code);
    expect(error.fields?.[0]?.path).toBe(path);
    expect((await world.call('keys.list', {})).total).toBe(0);
  });

  it('names the scope that is unknown or named twice', async () => {
    const { scope } = subjects;
    const twice = await world.refusal('keys.create', { ...wanted(), scopeIds: [scope.id, scope.id] });
    expect(twice).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'scopeIds.1' }] });
    const unknown = await world.refusal('keys.create', {
      ...wanted(),
      scopeIds: [scope.id, 'scp_0000000000000000'],
    });
    expect(unknown).toMatchObject({ code: 'SCOPE_NOT_FOUND', fields: [{ path: 'scopeIds.1' }] });
  });

  it('lets an issuer give access by scopes only', async () => {
    const error = await world.refusal('keys.create', { ...wanted(), rules: RULES }, 'issuer');
    expect(error).toMatchObject({ code: 'FORBIDDEN', fields: [{ path: 'rules' }] });
    const { key } = await world.call('keys.create', wanted(), 'issuer');
    expect(key.scopeIds).toEqual([subjects.scope.id]);
    expect(await world.refusal('keys.create', wanted(), 'viewer')).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('repeated with the same idempotencyKey makes no second key and shows no secret', async () => {
    const input = { ...wanted(), idempotencyKey: 'create-1234' };
    const first = await world.call('keys.create', input);
    const again = await world.call('keys.create', input);
    expect(again).toEqual({ key: first.key, secret: null });
    expect((await world.call('keys.list', {})).total).toBe(1);
    expect(await eventsOf(first.key.keyId)).toHaveLength(1);
    // Another actor, and the same actor a day later, mean another key.
    const other = await world.call('keys.create', input, 'admin');
    world.advance(DAY_MS);
    const later = await world.call('keys.create', { ...input, expiresAt: world.nowMs() + DAY_MS });
    expect(new Set([first.key.keyId, other.key.keyId, later.key.keyId]).size).toBe(3);
    expect(later.secret).not.toBeNull();
  });

  it('leaves one audit event with the policy and without the secret', async () => {
    const { key, text } = await makeKey(world, subjects, { rules: RULES });
    const events = await eventsOf(key.keyId);
    expect(events).toMatchObject([
      { action: 'keys.create', before: null, after: { environment: 'live', rules: RULES, hint: key.hint } },
    ]);
    expect(JSON.stringify(events)).not.toContain(text.slice(-49, -4));
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });
});

describe('keys.get and keys.identify', () => {
  it('know no key that is not there', async () => {
    expect(await world.refusal('keys.get', { keyId: NO_KEY })).toMatchObject({ code: 'KEY_NOT_FOUND' });
    expect(await world.refusal('keys.get', { keyId: 'short' })).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('find the keys in a pasted text by secret, hint or id, and count what only looks like one', async () => {
    const one = await makeKey(world, subjects);
    const two = await makeKey(world, subjects, { name: 'Second', environment: 'test' });
    const rotated = await world.call('keys.rotate', { keyId: one.key.keyId, overlapMs: 3_600_000 });
    const typo = `${two.text.slice(0, -1)}${two.text.endsWith('x') ? 'y' : 'x'}`;
    const unknown = two.key.hint.replace(two.key.keyId, 'unknownKeyId');
    const text = `curl -H "X-API-Key: ${one.text}" # ${rotated.secret ?? ''}\n${two.key.hint} ${one.key.hint}\n${typo}\n${unknown}`;
    const found = await world.call('keys.identify', { text });
    expect(found).toEqual({
      matches: [
        {
          keyId: one.key.keyId,
          name: 'Warehouse sync',
          status: 'rotating',
          secretVersion: 1,
          secretCount: 2,
          secretState: 'retiring',
        },
        {
          keyId: one.key.keyId,
          name: 'Warehouse sync',
          status: 'rotating',
          secretVersion: 2,
          secretCount: 2,
          secretState: 'current',
        },
        {
          keyId: two.key.keyId,
          name: 'Second',
          status: 'active',
          secretVersion: null,
          secretCount: 1,
          secretState: null,
        },
      ],
      unknownCount: 2,
    });
    const kept = JSON.stringify([await world.call('audit.list', {}), world.logLines]);
    expect(kept).not.toContain(one.text.slice(-49, -4));
  });
});
