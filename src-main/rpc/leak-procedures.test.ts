import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { keyId, type KeyId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { byDanger } from '#main/domain/leak-order.ts';
import { formatKey } from '#main/domain/key-format.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const RECIPIENT = { recipientName: 'Dana Doe', recipientContact: 'dana@acme.example' };

let world: TestWorld;
let subjects: TestSubjects;
/** Requests of the last day, by key; null: the log is down. */
let days: ReadonlyMap<KeyId, number> | null;
/** What the log answers for passed and for refused requests, and its callers. */
let rows: {
  readonly passed: readonly object[];
  readonly refused: readonly object[];
  readonly callers: readonly object[];
};

const query: HandlerServices['requests']['query'] = (name, input) => {
  if (days === null) return Promise.reject(new Error('The log is down.'));
  const counted = days;
  if (name === 'usage.byKey') {
    const { keyIds } = input as CallInput<'usage.byKey'>;
    const of = (id: string) => ({
      keyId: id,
      total: counted.get(keyId.parse(id)) ?? 0,
      errorRate: 0,
      series: [{ allowed: 1, refused: 2 }],
    });
    return Promise.resolve(keyIds.map(of) as never);
  }
  if (name === 'usage.summary') {
    const { from } = input as CallInput<'usage.summary'>;
    return Promise.resolve({
      callers: from < world.nowMs() - 8 * DAY_MS ? rows.callers.slice(0, 1) : rows.callers,
    } as never);
  }
  const { filter = {} } = input as CallInput<'requests.list'>;
  const items = filter.outcome === 'allowed' ? rows.passed : rows.refused;
  return Promise.resolve({ items, nextCursor: null } as never);
};

beforeEach(async () => {
  days = new Map();
  rows = { passed: [], refused: [], callers: [] };
  world = createTestWorld(() => ({
    requests: {
      query,
      stopSearch: () => undefined,
      record: () => undefined,
      report: () => Promise.resolve(),
    },
    limitsLeft: { ofKey: () => ({ rateLimits: [], quota: null }), tightest: () => [] as never },
  }));
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const record = async (changes: Partial<CallInput<'leaks.record'>> = {}) => {
  const { key, text } = await makeKey(world, subjects);
  return {
    key,
    text,
    leak: await world.call('leaks.record', { keyId: key.keyId, secretVersion: 1, ...changes }),
  };
};
const revoke = (id: KeyId) => world.call('keys.revoke', { keyId: id, reason: 'leaked' });

describe('leaks.match', () => {
  it('tells live, dead and foreign keys apart and puts the most dangerous first', async () => {
    const writing = await world.call('scopes.create', {
      serviceId: subjects.service.id,
      name: 'offers:write',
      rules: [{ effect: 'allow', methods: ['GET', 'POST'], path: '/offers' }],
    });
    const reader = await makeKey(world, subjects, { name: 'Reader' });
    const busy = await makeKey(world, subjects, { name: 'Busy reader' });
    const writer = await makeKey(world, subjects, { name: 'Writer', scopeIds: [writing.id] });
    const trial = await makeKey(world, subjects, {
      name: 'Trial',
      environment: 'test',
      scopeIds: [writing.id],
    });
    const dead = await makeKey(world, subjects, { name: 'Dead' });
    const seen = await makeKey(world, subjects, { name: 'Seen only' });
    await revoke(dead.key.keyId);
    days = new Map([[busy.key.keyId, 9]]);
    const foreign = formatKey({
      environment: 'live',
      slug: 'x1',
      keyId: keyId.parse('k7Qd2mX9pR4t'),
      secret43: 'a'.repeat(43),
    });
    const whole = [dead, reader, trial, busy, writer];
    const answer = await world.call(
      'leaks.match',
      {
        hashes: [...whole.map(({ text }) => sha256(text)), sha256(foreign)],
        keyIds: [...whole.map(({ key }) => key.keyId), seen.key.keyId, keyId.parse('k7Qd2mX9pR4t')],
      },
      'viewer',
    );
    expect(answer.matches.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      ...['Writer: usable', 'Busy reader: usable', 'Reader: usable', 'Trial: usable'],
      ...['Seen only: unproven', 'Dead: dead'],
    ]);
    expect(answer.foreign).toEqual(['k7Qd2mX9pR4t']);
    expect(answer.at).toBe(world.nowMs());
    expect(answer.matches[0]).toMatchObject({
      ...{ canWrite: true, may: ['GET, POST /offers'], contactEmail: 'feed@acme.example', openLeakId: null },
      ...{ secretVersion: 1, secretCount: 1, lastDay: { total: 0, refused: 2 } },
    });
  });

  it('knows the old secret of a rotation, and that it works until its end', async () => {
    const { key, text } = await makeKey(world, subjects);
    await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 3_600_000 });
    const ask = () => world.call('leaks.match', { hashes: [sha256(text)], keyIds: [] });
    expect((await ask()).matches).toMatchObject([{ state: 'usable', secretVersion: 1, secretCount: 2 }]);
    world.advance(3_600_000);
    expect((await ask()).matches).toMatchObject([{ state: 'dead', secretVersion: 1 }]);
  });

  it('works while the log is down, and asks nothing about nothing', async () => {
    const { text } = await makeKey(world, subjects);
    days = null;
    const { matches } = await world.call('leaks.match', { hashes: [sha256(text)], keyIds: [] });
    expect(matches).toMatchObject([{ state: 'usable', lastDay: null }]);
    expect((await world.call('leaks.match', { hashes: [], keyIds: [] })).matches).toEqual([]);
    const many = Array.from({ length: 1_001 }, (_, index) => sha256(String(index)));
    expect((await world.refusal('leaks.match', { hashes: many, keyIds: [] })).code).toBe('INVALID_INPUT');
  });

  it('ranks in one order only, whatever the order asked', async () => {
    for (const name of ['A', 'B', 'C']) await makeKey(world, subjects, { name });
    const { items } = await world.call('keys.list', {});
    const { matches } = await world.call('leaks.match', {
      hashes: [],
      keyIds: items.map((one) => one.keyId),
    });
    expect(matches.toReversed().sort(byDanger)).toEqual(matches);
  });
});

describe('leaks.record', () => {
  it('begins one incident about a key, with the moment and place of the find; again it goes on', async () => {
    const foundAt = (world.nowMs() - 60_000) as never;
    const { key, leak } = await record({ place: 'a public gist', foundAt, secretVersion: null });
    expect(leak).toMatchObject({ foundAt, foundBy: 'The owner', place: 'a public gist', containedAt: null });
    const again = await world.call('leaks.record', { keyId: key.keyId, secretVersion: 1 }, 'issuer');
    expect(again).toMatchObject({ id: leak.id, secretVersion: 1, place: 'a public gist', foundAt });
    const { items } = await world.call('audit.list', { filter: { subjectKind: 'leak', subjectId: leak.id } });
    expect(items).toHaveLength(2);
    expect((await world.refusal('leaks.record', { keyId: key.keyId }, 'viewer')).code).toBe('FORBIDDEN');
  });

  it('refuses what cannot be: an unknown key or secret, a moment ahead or long ago, the text of a key as its place', async () => {
    const { key, text } = await makeKey(world, subjects);
    const code = async (changes: object) =>
      (await world.refusal('leaks.record', { keyId: key.keyId, ...changes })).code;
    expect(await code({ keyId: 'k7Qd2mX9pR4t' })).toBe('KEY_NOT_FOUND');
    for (const changes of [
      { secretVersion: 2 },
      { foundAt: world.nowMs() + 1 },
      { foundAt: world.nowMs() - 8 * DAY_MS },
      { place: `in ${text}` },
    ]) {
      expect(await code(changes)).toBe('INVALID_INPUT');
    }
    expect(await world.call('leaks.list', {})).toEqual({ items: [], total: 0 });
  });
});

describe('an incident', () => {
  it('is contained from the moment at which what was found works no more, whatever ended it', async () => {
    const { key, leak } = await record();
    const get = async () => {
      const { containedAt, containedBy } = await world.call('leaks.get', { leakId: leak.id });
      return [containedAt, containedBy];
    };
    expect(await get()).toEqual([null, null]);
    world.advance(5_000);
    await world.call('keys.suspend', { keyId: key.keyId, reason: 'Leaked' });
    expect(await get()).toEqual([world.nowMs(), 'suspended']);
    await world.call('keys.resume', { keyId: key.keyId });
    expect(await get()).toEqual([null, null]);
    world.advance(5_000);
    await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
    const rotatedAt = world.nowMs();
    expect(await get()).toEqual([rotatedAt, 'secret_ended']);
    world.advance(5_000);
    await revoke(key.keyId);
    expect(await get()).toEqual([rotatedAt, 'secret_ended']);
  });

  it('is told, closed only when contained, and then nothing more is done to it', async () => {
    const { key, leak } = await record();
    const input = { leakId: leak.id, note: 'Taken out of the repository' };
    expect(await world.call('leaks.notify', { leakId: leak.id }, 'issuer')).toMatchObject({
      notifiedBy: 'The issuer',
    });
    expect((await world.refusal('leaks.close', input)).code).toBe('WRONG_STATUS');
    await revoke(key.keyId);
    expect(
      (await world.refusal('leaks.close', { ...input, note: 'lk_live_a1_k7Qd2mX9pR4t_' + 'a'.repeat(49) }))
        .code,
    ).toBe('INVALID_INPUT');
    expect(await world.call('leaks.close', input)).toMatchObject({
      closedNote: input.note,
      closedAt: world.nowMs(),
    });
    for (const name of ['leaks.close', 'leaks.notify'] as const) {
      expect((await world.refusal(name, name === 'leaks.close' ? input : { leakId: leak.id })).code).toBe(
        'WRONG_STATUS',
      );
    }
    expect((await world.call('leaks.list', { isOpen: true })).items).toEqual([]);
    expect((await world.call('leaks.list', { isOpen: false, keyId: key.keyId })).total).toBe(1);
    const nobody = { leakId: 'lek_0000000000000000' };
    for (const name of ['leaks.get', 'leaks.report', 'leaks.notify'] as const) {
      expect((await world.refusal(name, nobody)).code).toBe('LEAK_NOT_FOUND');
    }
    const { items } = await world.call('audit.list', { filter: { subjectKind: 'leak' } });
    expect(items.map(({ action }) => action)).toEqual(['leaks.close', 'leaks.notify', 'leaks.record']);
  });
});

it('an incident outlives its key', async () => {
  const { key, leak } = await record();
  for (const table of ['key_scopes', 'secrets'])
    world.db.handle.exec(`DELETE FROM ${table} WHERE key_id = '${key.keyId}'`);
  world.db.handle.exec(`DELETE FROM keys WHERE id = '${key.keyId}'`);
  const { containedBy, status, keyName } = await world.call('leaks.get', { leakId: leak.id });
  expect([containedBy, status, keyName]).toEqual(['removed', null, 'Warehouse sync']);
  expect((await world.call('leaks.report', { leakId: leak.id })).markdown).toContain(
    'the key was removed since',
  );
});

describe('leaks.replace', () => {
  it('makes a key like the leaked one, unseen, on its way to the owner, once', async () => {
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    const { key, leak } = await record();
    await revoke(key.keyId);
    const made = await world.call('leaks.replace', {
      leakId: leak.id,
      ...RECIPIENT,
      ipAllow: ['203.0.113.0/24'],
    });
    expect(made.link).toMatch(/^https:\/\/keys\.acme\.example\/h\//);
    expect(made.handoff).toMatchObject({ isBlind: true, recipientName: 'Dana Doe', secretVersion: 1 });
    const { keyId: newId } = made.handoff;
    expect(newId).not.toBe(key.keyId);
    const like = await world.call('keys.get', { keyId: newId });
    expect(like).toMatchObject({
      ...{ name: 'Warehouse sync (replacement)', scopeIds: key.scopeIds, environment: key.environment },
      ...{ ipAllow: ['203.0.113.0/24'], expiresAt: key.expiresAt, status: 'active' },
    });
    expect((await world.call('leaks.get', { leakId: leak.id })).replacedBy).toBe(newId);
    expect((await world.refusal('leaks.replace', { leakId: leak.id, ...RECIPIENT })).code).toBe(
      'WRONG_STATUS',
    );
    expect((await world.refusal('leaks.replace', { leakId: leak.id, ...RECIPIENT }, 'issuer')).code).toBe(
      'FORBIDDEN',
    );
    const actions = (await world.call('audit.list', {})).items.map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(['handoffs.create', 'leaks.replace', 'keys.create']);
  });

  it('leaves nothing when the link would lead nowhere; a key that had expired gets its old length of life', async () => {
    const { key, leak } = await record();
    const before = await world.call('keys.list', {});
    expect((await world.refusal('leaks.replace', { leakId: leak.id, ...RECIPIENT })).code).toBe(
      'HANDOFF_CHANNEL_BLOCKED',
    );
    expect((await world.call('keys.list', {})).total).toBe(before.total);
    expect((await world.call('leaks.get', { leakId: leak.id })).replacedBy).toBeNull();
    await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
    world.advance(91 * DAY_MS);
    const made = await world.call('leaks.replace', { leakId: leak.id, ...RECIPIENT });
    const { expiresAt } = await world.call('keys.get', { keyId: made.handoff.keyId });
    expect(expiresAt).toBe(world.nowMs() + 90 * DAY_MS);
    expect((await world.call('leaks.get', { leakId: leak.id })).containedAt).toBe(key.expiresAt);
  });
});

describe('leaks.get and leaks.report', () => {
  it('tell find, containment, last pass, first refusal, attempts and who called, without any secret', async () => {
    const { key, text, leak } = await record({ place: 'gist | `x` <b>' });
    const passedAt = world.nowMs() - 1_000;
    world.advance(4_000);
    await revoke(key.keyId);
    const refusedAt = world.nowMs() + 2_000;
    world.advance(10_000);
    const caller = (clientIp: string) => ({
      clientIp,
      userAgent: `curl/8 | ${clientIp}`,
      count: 3,
      lastAt: refusedAt,
    });
    rows = {
      passed: [{ at: passedAt }],
      refused: [{ at: refusedAt + 500 }, { at: refusedAt }],
      callers: [caller('203.0.113.9'), caller('198.51.100.7')],
    };
    const { traffic } = await world.call('leaks.get', { leakId: leak.id }, 'viewer');
    expect(traffic).toMatchObject({
      ...{ attempts: 2, hasMoreAttempts: false, lastPassedAt: passedAt, firstRefusedAt: refusedAt },
      callers: [
        { clientIp: '203.0.113.9', isKnown: true },
        { clientIp: '198.51.100.7', isKnown: false },
      ],
    });
    const { markdown, fileName } = await world.call('leaks.report', { leakId: leak.id });
    expect(fileName).toBe(`leak-${key.keyId}.md`);
    expect(markdown).toContain('| Contained: revoked | 2026-11-22 12:00:04.000 | +4.0 s |');
    expect(markdown).toContain('| First refusal after that | 2026-11-22 12:00:06.000 | +6.0 s |');
    expect(markdown).toContain('| Last request that passed | 2026-11-22 11:59:59.000 | −1.0 s |');
    expect(markdown).toContain('2 refused attempts since it was contained.');
    expect(markdown).toContain('Found at: gist \\| \\`x\\` \\<b\\>');
    expect(markdown).toContain('- `GET /inventory/');
    expect(markdown).toContain('| 198.51.100.7 | curl/8 \\| 198.51.100.7 | 3 | **no** |');
    expect(markdown).not.toContain(text.slice(-49, -10));
    days = null;
    expect((await world.call('leaks.get', { leakId: leak.id })).traffic).toBeNull();
    expect((await world.call('leaks.report', { leakId: leak.id })).markdown).toContain('did not answer');
  });
});
