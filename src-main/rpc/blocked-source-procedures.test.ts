import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { SurveyQuestion } from '#main/requests/requests-messages.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';

let world: TestWorld;
let subjects: TestSubjects;
let key: Key;
let isLogUp: boolean;
let asked: SurveyQuestion[];
const blocked = async () => (await world.call('blockedSources.list', {})).items;
const add = (network: string, more: object = {}) =>
  world.call('blockedSources.add', { networks: [network], reason: 'Guesses keys', ...more });

/** A survey in which the one key of the subjects passed forty times from one address. */
const survey = () => ({
  matched: 40,
  isExact: true,
  bucketMs: 1,
  buckets: [],
  countedFrom: null,
  sample: { rows: 40, from: null },
  facets: {
    outcome: { values: [], total: 0 },
    status: { values: [], total: 0 },
    method: { values: [], total: 0 },
    key: { values: [{ value: key.keyId, label: 'Old name', count: 40 }], total: 1 },
    endpoint: { values: [], total: 0 },
    caller: { values: [{ value: '203.0.113.9', label: '203.0.113.9', count: 40 }], total: 1 },
  },
});

beforeEach(async () => {
  isLogUp = true;
  asked = [];
  world = createTestWorld(() => ({
    requests: {
      query: (name, input) => {
        if (!isLogUp || name !== 'requests.survey')
          return Promise.reject(new AppError('UNAVAILABLE', 'Down.'));
        asked.push(input as SurveyQuestion);
        return Promise.resolve(survey() as never);
      },
      stopSearch: () => undefined,
      record: () => undefined,
      report: () => Promise.reject(new Error('Not here.')),
    },
  }));
  subjects = await makeSubjects(world);
  ({ key } = await makeKey(world, subjects));
});
afterEach(() => world.close());

describe('blockedSources.add', () => {
  it('keeps each network once in its one writing, with who, why and until when, and one audit event for each', async () => {
    const expiresAt = timestampMs.parse(world.nowMs() + DAY_MS);
    const { items } = await world.call('blockedSources.add', {
      networks: ['203.0.113.77/24', '203.0.113.0/24', '2001:DB8::1'],
      reason: 'Guesses keys',
      expiresAt,
    });
    expect(items.map(({ network }) => network)).toEqual(['203.0.113.0/24', '2001:db8::1']);
    expect(items[0]).toMatchObject({
      reason: 'Guesses keys',
      addedBy: 'The owner',
      expiresAt,
      isEnded: false,
      hits: 0,
    });
    expect(await blocked()).toHaveLength(2);
    const { items: events } = await world.call('audit.list', { filter: { subjectKind: 'blocked_source' } });
    expect(events.map(({ action, subject }) => `${action} ${subject.name}`).toSorted()).toEqual([
      'blockedSources.add 2001:db8::1',
      'blockedSources.add 203.0.113.0/24',
    ]);
    expect(world.announcements.at(-1)?.subjects).toContain('blockedSources');
  });

  it('gives a network that is blocked already the new reason and end', async () => {
    await add('203.0.113.9', { expiresAt: timestampMs.parse(world.nowMs() + 1_000) });
    const [before] = await blocked();
    await add('203.0.113.9/32', { reason: 'Again' });
    expect(await blocked()).toMatchObject([{ id: before?.id, reason: 'Again', expiresAt: null }]);
  });

  it.each([
    ['what is no network', { networks: ['acme.example'] }, 'networks.0'],
    ['host names beside networks', { networks: ['203.0.113.9', '10.0.0.0/33'] }, 'networks.1'],
    ['half of the world', { networks: ['0.0.0.0/1'] }, 'networks.0'],
    ['a wide network of IPv6', { networks: ['2000::/3'] }, 'networks.0'],
    ['an end that is over', { networks: ['203.0.113.9'], expiresAt: 1 }, 'expiresAt'],
    [
      'the text of a key',
      { networks: ['203.0.113.9'], reason: `lk_live_a1_k7Qd2mX9pR4t_${'a'.repeat(49)}` },
      'reason',
    ],
  ])('refuses %s, and blocks nothing of it', async (_what, input, path) => {
    const error = await world.refusal('blockedSources.add', { reason: 'Guesses keys', ...input });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
    expect(await blocked()).toEqual([]);
  });

  it('belongs to an incident that there is', async () => {
    const leakId = 'lek_0000000000000000';
    const input = { networks: ['203.0.113.9'], reason: 'Leaked', leakId };
    expect((await world.refusal('blockedSources.add', input)).code).toBe('LEAK_NOT_FOUND');
    const leak = await world.call('leaks.record', { keyId: key.keyId });
    await add('203.0.113.9', { leakId: leak.id });
    expect(await blocked()).toMatchObject([{ leakId: leak.id }]);
  });

  it('shows one that has ended for thirty days, then forgets it', async () => {
    await add('203.0.113.9', { expiresAt: timestampMs.parse(world.nowMs() + 1_000) });
    world.advance(1_000);
    expect(await blocked()).toMatchObject([{ network: '203.0.113.9', isEnded: true }]);
    world.advance(31 * DAY_MS);
    await add('198.51.100.7');
    expect((await blocked()).map(({ network }) => network)).toEqual(['198.51.100.7']);
  });
});

describe('blockedSources.remove', () => {
  it('lets the source in again, once', async () => {
    await add('203.0.113.9');
    const [source] = await blocked();
    const input = { blockedSourceId: source?.id };
    expect((await world.call('blockedSources.remove', input as never)).network).toBe('203.0.113.9');
    expect(await blocked()).toEqual([]);
    expect((await world.refusal('blockedSources.remove', input)).code).toBe('BLOCKED_SOURCE_NOT_FOUND');
    const { items } = await world.call('audit.list', { filter: { subjectKind: 'blocked_source' } });
    expect(items[0]).toMatchObject({ action: 'blockedSources.remove', before: { reason: 'Guesses keys' } });
  });
});

describe('blockedSources.preview', () => {
  it('tells whose good requests of the last seven days a block would stop, under their present names', async () => {
    const { items } = await world.call('blockedSources.preview', { networks: ['203.0.113.9/24'] });
    expect(items).toEqual([
      {
        network: '203.0.113.0/24',
        blockedBy: null,
        goodTraffic: {
          requests: 40,
          isExact: true,
          keys: [
            {
              keyId: key.keyId,
              name: key.name,
              applicationName: subjects.application.name,
              partnerName: subjects.partner.name,
              requests: 40,
            },
          ],
          addresses: ['203.0.113.9'],
        },
      },
    ]);
    expect(asked[0]?.filter).toEqual({
      outcome: 'allowed',
      query: 'ip:203.0.113.0/24',
      from: world.nowMs() - 7 * DAY_MS,
    });
  });

  it('leaves out the requests of a key that leaked', async () => {
    const exceptKeyId = key.keyId;
    await world.call('blockedSources.preview', { networks: ['203.0.113.9'], exceptKeyId });
    expect(asked[0]?.filter?.query).toBe(`ip:203.0.113.9 -key:${exceptKeyId}`);
  });

  it('names the wider or same network that holds it already, but none that has ended or is narrower', async () => {
    await add('198.51.100.0/24', { expiresAt: timestampMs.parse(world.nowMs() + 1_000) });
    const holder = async (network: string) =>
      (await world.call('blockedSources.preview', { networks: [network] })).items[0]?.blockedBy;
    expect(await holder('198.51.100.7')).toBe('198.51.100.0/24');
    expect(await holder('198.51.100.0/24')).toBe('198.51.100.0/24');
    expect(await holder('198.51.0.0/16')).toBeNull();
    world.advance(1_000);
    expect(await holder('198.51.100.7')).toBeNull();
  });

  it('says that it does not know while the log is down, and a block is possible all the same', async () => {
    isLogUp = false;
    const { items } = await world.call('blockedSources.preview', { networks: ['203.0.113.9'] });
    expect(items).toMatchObject([{ goodTraffic: null }]);
    await add('203.0.113.9');
    expect(await blocked()).toHaveLength(1);
  });
});
