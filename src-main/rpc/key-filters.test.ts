import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const RATE = { limit: 10, windowMs: 60_000 };
const QUOTA = { limit: 10, period: 'day' } as const;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const names = async (filter: CallInput<'keys.list'>['filter'], as?: Role) => {
  const page = await world.call('keys.list', { filter }, as);
  expect(page.total).toBe(page.items.length);
  return page.items.map((item) => item.name);
};

const make = async (name: string, changes: Partial<CallInput<'keys.create'>> = {}) =>
  (await makeKey(world, subjects, { name, ...changes })).key.keyId;

const touch = (id: KeyId, atMs: number) => {
  world.db.lastUsed.touch(id, 1, atMs as TimestampMs);
};

describe('keys.list filters', () => {
  it('by expiry: working keys that end within 14 days, and keys that never end', async () => {
    await make('in 14 days', { expiresAt: world.nowMs() + 14 * DAY_MS });
    await make('in 15 days', { expiresAt: world.nowMs() + 15 * DAY_MS });
    await make('never', { expiresAt: null, noExpiryReason: 'Device' });
    const stopped = await make('suspended', { expiresAt: world.nowMs() + DAY_MS });
    await world.call('keys.suspend', { keyId: stopped, reason: 'x' });
    await make('over', { expiresAt: world.nowMs() + 1 });
    world.advance(1);
    expect(await names({ expires: 'within14d' })).toEqual(['in 14 days']);
    expect(await names({ expires: 'never' })).toEqual(['never']);
    expect(await names({ expires: 'never', status: ['suspended'] })).toEqual([]);
  });

  it('by last use: not once, and not in the last 30 days', async () => {
    await make('new');
    touch(await make('idle'), world.nowMs() - 30 * DAY_MS - 1);
    touch(await make('just in time'), world.nowMs() - 30 * DAY_MS);
    expect(await names({ lastUsed: 'never' })).toEqual(['new']);
    expect(await names({ lastUsed: 'over30d' })).toEqual(['idle']);
    touch((await world.call('keys.list', { filter: { text: 'new' } })).items[0]?.keyId as KeyId, 1);
    expect(await names({ lastUsed: 'never' })).toEqual([]);
  });

  it('by limits: those that neither they nor their plan limit', async () => {
    const bare = await world.call('plans.create', { name: 'Bare' });
    const full = await world.call('plans.create', { name: 'Full', quota: QUOTA });
    const named = await world.call('plans.create', {
      name: 'Named',
      rateLimits: [{ name: 'burst', ...RATE }],
    });
    await make('nothing');
    await make('empty plan', { planId: bare.id });
    await make('rate', { rateLimit: RATE });
    await make('named', { rateLimits: [{ name: 'burst', ...RATE }] });
    await make('quota', { quota: QUOTA });
    await make('plan', { planId: full.id });
    await make('plan with names', { planId: named.id });
    expect(await names({ withoutLimit: true })).toEqual(['empty plan', 'nothing']);
  });

  it('by limits: one of single endpoints leaves the rest of them without a limit', async () => {
    const only = { methods: ['POST'], path: '/offers/**' } as const;
    const writes = { name: 'writes', ...RATE, only };
    const everything = { name: 'everything', ...RATE };
    const single = await world.call('plans.create', { name: 'Single', rateLimits: [writes] });
    const overall = await world.call('plans.create', { name: 'Overall', rateLimits: [everything] });
    await make('endpoint', { rateLimits: [writes] });
    await make('endpoint of plan', { planId: single.id });
    await make('endpoint and all', { rateLimits: [writes, everything] });
    await make('endpoint with quota', { rateLimits: [writes], quota: QUOTA });
    await make('endpoint, all of plan', { rateLimits: [writes], planId: overall.id });
    await make('plan narrowed', { rateLimits: [{ ...everything, only }], planId: overall.id });
    expect(await names({ withoutLimit: true })).toEqual(['endpoint', 'endpoint of plan', 'plan narrowed']);
  });

  it('by a missing contact of the application', async () => {
    await make('known');
    expect(await names({ missingContact: true })).toEqual([]);
    world.db.handle.prepare(`UPDATE applications SET contact_email = ' '`).run();
    expect(await names({ missingContact: true })).toEqual(['known']);
  });

  it('by who created them: whoever asks, also after signing in again', async () => {
    await makeKey(world, subjects, { name: 'of the owner' });
    await world.call(
      'keys.create',
      {
        applicationId: subjects.application.id,
        name: 'of the issuer',
        environment: 'live',
        expiresAt: null,
        noExpiryReason: 'x',
      },
      'issuer',
    );
    expect(await names({ createdBy: 'me' })).toEqual(['of the owner']);
    expect(await names({ createdBy: 'me' }, 'issuer')).toEqual(['of the issuer']);
    const again = await world.dispatch(
      'keys.list',
      { filter: { createdBy: 'me' } },
      {
        actor: { kind: 'session', id: 'ses_new', name: 'The issuer' },
        role: 'viewer',
        requestId: 'req_test',
      },
    );
    expect(again).toMatchObject({ ok: true, data: { total: 1, items: [{ name: 'of the issuer' }] } });
  });

  it('all together, each taking more away', async () => {
    await make('a', { expiresAt: world.nowMs() + DAY_MS });
    await make('b', { expiresAt: world.nowMs() + DAY_MS, rateLimit: RATE });
    touch(await make('c', { expiresAt: world.nowMs() + DAY_MS }), world.nowMs());
    const all = { expires: 'within14d', lastUsed: 'never', withoutLimit: true, createdBy: 'me' } as const;
    expect(await names(all)).toEqual(['a']);
    expect(await names({ ...all, text: 'no such' })).toEqual([]);
  });

  it('refuse what they do not know', async () => {
    for (const filter of [{ expires: 'soon' }, { withoutLimit: false }, { canCall: { method: 'GET' } }]) {
      expect(await world.refusal('keys.list', { filter })).toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  it('by traffic are refused while the log is down, not answered with nothing', async () => {
    expect(await world.refusal('keys.list', { filter: { errorRateMin: 0.1 } })).toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
