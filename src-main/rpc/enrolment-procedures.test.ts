import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { enrollRequest, type EnrollResponse } from '#contract/enrolment.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { enrollChild, type EnrollOutcome } from '#main/enrolment/enroll-child.ts';
import { findEnrolmentToken } from '#main/enrolment/find-enrolment-token.ts';
import { CHILD_KEPT_MS, removeEndedChildren } from '#main/enrolment/remove-ended-children.ts';
import { must } from '#main/platform/must.ts';
import { BlockedSources } from '#main/verify/blocked-sources.ts';
import { Limiter } from '#main/verify/limiter.ts';
import { SignedRequests } from '#main/signatures/signed-requests.ts';
import { createSimulate } from '#main/verify/simulate.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
let world: TestWorld;
let subjects: TestSubjects;
let parent: Key;
/** What the log was asked. */
let asked: unknown[];

beforeEach(async () => {
  asked = [];
  world = createTestWorld((db, nowMs) => {
    const clock = { nowMs, monotonicMs: () => 0 };
    const simulate = createSimulate({
      lookup: db.verify,
      limiter: new Limiter(),
      clock,
      signed: new SignedRequests(0),
      sources: new BlockedSources(),
    });
    const query = (_name: string, input: { groups: readonly (readonly KeyId[])[] }) => {
      asked.push(input);
      return Promise.resolve(
        input.groups.map((group) => ({
          total: group.length * 10,
          refused: 1,
          failed: 2,
          reported: 5,
          errorRate: 0.3,
        })),
      );
    };
    const requests = {
      query,
      stopSearch: () => undefined,
      record: () => undefined,
    } as never as HandlerServices['requests'];
    return { simulate: (_context, input) => simulate(input), requests };
  });
  subjects = await makeSubjects(world);
  parent = (await makeKey(world, subjects, { name: 'Data feed' })).key;
});
afterEach(() => world.close());

const tokenFor = async (changes: Partial<CallInput<'enrolment.createToken'>> = {}) => {
  const { enrolmentToken, token } = await world.call('enrolment.createToken', {
    keyId: parent.keyId,
    name: 'Builds',
    childLifeMsMax: 4 * HOUR_MS,
    expiresAt: world.nowMs() + 48 * HOUR_MS,
    ...changes,
  });
  return { enrolmentToken, token: must(token, 'shown once') };
};
const tryToEnroll = (token: string, sent: object): EnrollOutcome => {
  const context = world.systemContext();
  const found = must(findEnrolmentToken(context, token), 'the token is live');
  return enrollChild(context, found, enrollRequest.parse(sent));
};
const enroll = (token: string, sent: object = { version: '318' }): EnrollResponse => {
  const outcome = tryToEnroll(token, sent);
  if (outcome.kind !== 'made') throw new Error(outcome.detail);
  return outcome.answer;
};
const statusOf = async (keyId: KeyId) => (await world.call('keys.get', { keyId })).status;
const codeAt = async (keyId: KeyId, path: string) =>
  (await world.call('keys.simulate', { keyId, method: 'GET', path, serviceId: subjects.service.id })).code;
const events = async (action: string) => (await world.call('audit.list', { filter: { action } })).items;

describe('an enrolment token', () => {
  it('is shown once, kept as a hash, listed by its hint and audited', async () => {
    const { enrolmentToken, token } = await tokenFor();
    expect(token).toMatch(/^lke_[0-9A-Za-z]{49}$/);
    const { items } = await world.call('enrolment.list', { keyId: parent.keyId });
    expect(items).toEqual([enrolmentToken]);
    expect(items[0]).toMatchObject({
      hint: `lke_…${token.slice(-4)}`,
      status: 'active',
      scopeIds: parent.scopeIds,
    });
    const stored = JSON.stringify(world.db.handle.prepare('SELECT * FROM enrolment_tokens').all());
    expect(stored).not.toContain(token.slice(4, 40));
    expect(await events('enrolment.createToken')).toMatchObject([{ subject: { name: 'Builds' } }]);
    expect(JSON.stringify(await events('enrolment.createToken'))).not.toContain(token);
  });

  it('is refused for a scope that the parent lacks, a name in use, a dead parent, a child and an end that is past', async () => {
    const { enrolmentToken, token } = await tokenFor();
    const offers = await world.call('scopes.create', {
      serviceId: subjects.service.id,
      name: 'offers:read',
      rules: [{ effect: 'allow', methods: ['GET'], path: '/offers' }],
    });
    const input = {
      keyId: parent.keyId,
      name: 'Other',
      childLifeMsMax: HOUR_MS,
      expiresAt: world.nowMs() + HOUR_MS,
    };
    const child = enroll(token).key;
    const suspended = (await makeKey(world, subjects, { name: 'Suspended' })).key;
    await world.call('keys.suspend', { keyId: suspended.keyId, reason: 'Test' });
    const wrong = [
      [{ ...input, scopeIds: [offers.id] }, 'SCOPE_NOT_FOUND'],
      [{ ...input, name: enrolmentToken.name.toUpperCase() }, 'NAME_TAKEN'],
      [{ ...input, expiresAt: world.nowMs() }, 'INVALID_INPUT'],
      [{ ...input, keyId: suspended.keyId }, 'WRONG_STATUS'],
      [{ ...input, keyId: child.keyId }, 'WRONG_STATUS'],
      [{ ...input, keyId: '000000000000' }, 'KEY_NOT_FOUND'],
      [{ ...input, childLifeMsMax: 1 }, 'INVALID_INPUT'],
    ] as const;
    for (const [refused, code] of wrong) {
      expect((await world.refusal('enrolment.createToken', refused)).code).toBe(code);
    }
  });

  it('brings nothing once it is revoked or past its end, and on wish takes its children with it', async () => {
    const { enrolmentToken, token } = await tokenFor();
    const [one, other] = [enroll(token).key, enroll(token, { build: '7' }).key];
    const outcome = await world.call('enrolment.revokeToken', {
      enrolmentTokenId: enrolmentToken.id,
      revokesChildren: true,
    });
    expect(outcome).toMatchObject({
      revokedChildren: 2,
      enrolmentToken: { status: 'revoked', liveCount: 0 },
    });
    expect([await statusOf(one.keyId), await statusOf(other.keyId)]).toEqual(['revoked', 'revoked']);
    expect(await statusOf(parent.keyId)).toBe('active');
    expect((await events('keys.revoke')).map(({ subject }) => subject.id).toSorted()).toEqual(
      [one.keyId, other.keyId].toSorted(),
    );
    expect(findEnrolmentToken(world.systemContext(), token)).toBeNull();
    const again = { enrolmentTokenId: enrolmentToken.id };
    expect((await world.refusal('enrolment.revokeToken', again)).code).toBe('WRONG_STATUS');
    const short = await tokenFor({ expiresAt: world.nowMs() + 1_000 });
    expect(findEnrolmentToken(world.systemContext(), short.token)).not.toBeNull();
    world.advance(1_000);
    expect(findEnrolmentToken(world.systemContext(), short.token)).toBeNull();
    const unknown = { enrolmentTokenId: 'enr_0000000000000000' };
    expect((await world.refusal('enrolment.revokeToken', unknown)).code).toBe('TOKEN_NOT_FOUND');
  });
});

describe('a child', () => {
  it('carries its version and commit as tags, is named after its parent and ends when the token says', async () => {
    const { token } = await tokenFor();
    const {
      key,
      secret,
      parent: told,
    } = enroll(token, { version: '318', commit: 'ABCDEF0123456789', lifeMs: HOUR_MS });
    expect(key).toMatchObject({ name: 'Data feed 318', tags: ['version=318', 'commit=abcdef0123456789'] });
    expect(key.expiresAt).toBe(world.nowMs() + HOUR_MS);
    expect(told).toEqual({ keyId: parent.keyId, name: 'Data feed' });
    expect(secret).toMatch(/^lk_live_datafeed_/);
    const longest = enroll(token, { device: 'till-4', lifeMs: 24 * HOUR_MS }).key;
    expect(longest.expiresAt).toBe(world.nowMs() + 4 * HOUR_MS);
    expect(await world.call('keys.get', { keyId: key.keyId })).toMatchObject({
      parent: { keyId: parent.keyId, name: 'Data feed' },
    });
    expect(await events('keys.enroll')).toHaveLength(2);
  });

  it('is denied what a scope of its parent denies, although it does not hold that scope', async () => {
    const guard = await world.call('scopes.create', {
      serviceId: subjects.service.id,
      name: 'inventory:guard',
      rules: [{ effect: 'deny', methods: ['*'], path: '/inventory/{id}/cost' }],
    });
    await world.call('keys.update', { keyId: parent.keyId, scopeIds: [subjects.scope.id, guard.id] });
    const { token } = await tokenFor({ scopeIds: [subjects.scope.id] });
    const { keyId, scopes } = enroll(token).key;
    expect(scopes).toEqual(['inventory:read']);
    expect(await codeAt(keyId, '/inventory/4')).toBe('VALID');
    expect(await codeAt(keyId, '/inventory/4/cost')).toBe('INSUFFICIENT_SCOPE');
    await world.call('keys.update', { keyId: parent.keyId, scopeIds: [subjects.scope.id] });
    expect(await codeAt(keyId, '/inventory/4/cost')).toBe('VALID');
    await world.call('keys.update', { keyId: parent.keyId, scopeIds: [guard.id] });
    expect(await codeAt(keyId, '/inventory/4')).toBe('INSUFFICIENT_SCOPE');
  });

  it('is suspended, resumed, revoked, restored and expires with its parent, and keeps what was done to itself', async () => {
    const { token } = await tokenFor();
    const [plain, own] = [enroll(token).key.keyId, enroll(token, { version: '319' }).key.keyId];
    const { keyId } = parent;
    await world.call('keys.suspend', { keyId: own, reason: 'Odd' });
    await world.call('keys.suspend', { keyId, reason: 'Looks odd', message: 'Ask us' });
    expect([await statusOf(plain), await statusOf(own)]).toEqual(['suspended', 'suspended']);
    expect((await world.refusal('keys.resume', { keyId: plain })).code).toBe('WRONG_STATUS');
    await world.call('keys.resume', { keyId });
    expect([await statusOf(plain), await statusOf(own)]).toEqual(['active', 'suspended']);
    await world.call('keys.resume', { keyId: own });
    expect(await statusOf(own)).toBe('active');
    await world.call('keys.revoke', { keyId: own, reason: 'other' });
    await world.call('keys.revoke', { keyId, reason: 'no_longer_needed' });
    expect([await statusOf(plain), await statusOf(own)]).toEqual(['revoked', 'revoked']);
    expect((await world.refusal('keys.restore', { keyId: plain })).code).toBe('RESTORE_NOT_POSSIBLE');
    await world.call('keys.restore', { keyId });
    expect([await statusOf(plain), await statusOf(own)]).toEqual(['active', 'revoked']);
    await world.call('keys.update', { keyId, expiresAt: world.nowMs() + 1_000 });
    world.advance(1_000);
    expect(await statusOf(plain)).toBe('expired');
    await world.call('keys.update', { keyId, expiresAt: world.nowMs() + 99 * HOUR_MS });
    expect(await statusOf(plain)).toBe('active');
  });

  it('cannot be given rights of its own; its name and note can be changed', async () => {
    const { token } = await tokenFor();
    const { keyId } = enroll(token).key;
    const wide = [{ effect: 'allow', methods: ['*'], path: '/**' }];
    for (const changes of [{ rules: wide }, { expiresAt: null }, { rateLimit: null }, { scopeIds: [] }]) {
      expect((await world.refusal('keys.update', { keyId, ...changes })).code).toBe('WRONG_STATUS');
    }
    const template = await world.call('templates.create', {
      name: 'Wide',
      rules: wide as never,
      expiresInMs: null,
    });
    const applied = { templateId: template.id, keyIds: [keyId] };
    expect((await world.refusal('templates.apply', applied)).code).toBe('WRONG_STATUS');
    expect(await world.call('keys.update', { keyId, note: 'Night build' })).toMatchObject({
      note: 'Night build',
    });
    expect(await codeAt(keyId, '/offers')).toBe('INSUFFICIENT_SCOPE');
  });

  it('comes as often as the token allows at once, never of a parent that does not work, and once for a request id', async () => {
    const { token } = await tokenFor({ childrenMax: 2 });
    const first = enroll(token, { version: '1', requestId: 'run-4711' }).key;
    expect(tryToEnroll(token, { version: '2', requestId: 'run-4711' }).kind).toBe('taken');
    enroll(token, { version: '2' });
    expect(tryToEnroll(token, { version: '3' }).kind).toBe('full');
    await world.call('keys.revoke', { keyId: first.keyId, reason: 'other' });
    enroll(token, { version: '3' });
    await world.call('keys.suspend', { keyId: parent.keyId, reason: 'Test' });
    expect(tryToEnroll(token, { version: '4' }).kind).toBe('closed');
  });

  it('is removed a week after its end, with its secret; what it was of stays', async () => {
    const { token } = await tokenFor();
    const { keyId } = enroll(token).key;
    world.advance(4 * HOUR_MS + CHILD_KEPT_MS);
    expect(removeEndedChildren(world.systemContext())).toBe(0);
    world.advance(1);
    expect(removeEndedChildren(world.systemContext())).toBe(1);
    expect((await world.refusal('keys.get', { keyId })).code).toBe('KEY_NOT_FOUND');
    expect(world.db.secrets.list(keyId)).toEqual([]);
    const { items } = await world.call('enrolment.children', { keyId: parent.keyId });
    expect(items).toMatchObject([{ keyId, version: '318', status: 'removed' }]);
    expect(await events('enrolment.removeEnded')).toMatchObject([{ before: { keyIds: [keyId] } }]);
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });
});

describe('children of a key', () => {
  it('are left out of the list of keys unless somebody asks for their parent, a tag or a text', async () => {
    const { token } = await tokenFor();
    const { keyId } = enroll(token).key;
    const idsOf = async (filter: NonNullable<CallInput<'keys.list'>['filter']>) => {
      const { items, total } = await world.call('keys.list', { filter });
      expect(total).toBe(items.length);
      return items.map((item) => item.keyId);
    };
    expect(await idsOf({})).toEqual([parent.keyId]);
    expect(await idsOf({ status: 'active' })).toEqual([parent.keyId]);
    for (const filter of [{ parentId: parent.keyId }, { tag: 'version=318' }, { text: 'feed 318' }]) {
      expect(await idsOf(filter)).toEqual([keyId]);
    }
  });

  it('are listed newest first, page by page, and only those that live on wish', async () => {
    const { token } = await tokenFor();
    const made: KeyId[] = [];
    for (const version of ['1', '2', '3', '4', '5']) {
      world.advance(1_000);
      made.unshift(enroll(token, { version }).key.keyId);
    }
    await world.call('keys.revoke', { keyId: must(made[1], 'the fourth'), reason: 'other' });
    const seen: KeyId[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.call('enrolment.children', {
        keyId: parent.keyId,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ keyId }) => keyId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made);
    const live = await world.call('enrolment.children', { keyId: parent.keyId, isLive: true });
    expect(live.items.map(({ version }) => version)).toEqual(['5', '3', '2', '1']);
    const bad = { keyId: parent.keyId, cursor: 'bm8' };
    expect((await world.refusal('enrolment.children', bad)).code).toBe('INVALID_INPUT');
  });

  it('are counted by version or commit, newest first, those that do not say together', async () => {
    const { token } = await tokenFor();
    enroll(token, { version: '317' });
    world.advance(1_000);
    enroll(token, { version: '318', build: 'a' });
    world.advance(1_000);
    enroll(token, { version: '318', build: 'b' });
    world.advance(1_000);
    enroll(token, { device: 'till-4' });
    const range = { keyId: parent.keyId, from: world.nowMs() - HOUR_MS, to: world.nowMs() };
    const { rows, isCut } = await world.call('enrolment.pivot', range);
    expect(isCut).toBe(false);
    expect(rows.map(({ value, childCount, total }) => [value, childCount, total])).toEqual([
      [null, 1, 10],
      ['318', 2, 20],
      ['317', 1, 10],
    ]);
    const byBuild = await world.call('enrolment.pivot', { ...range, by: 'build' });
    expect(byBuild.rows.map(({ value }) => value)).toEqual([null, 'b', 'a']);
    expect(asked).toHaveLength(2);
  });
});
