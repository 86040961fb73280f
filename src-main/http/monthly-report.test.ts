import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Output } from '#contract/contract.ts';
import type { HygieneKind } from '#contract/hygiene.ts';
import type { ApplicationId } from '#contract/ids.ts';
import { POLICY_BREACHES, type PolicyBreach } from '#contract/monthly-report.ts';
import { must } from '#main/platform/must.ts';
import { FORM, openAccessHouse, type AccessHouse } from './access-house.test-support.ts';

const DAY_MS = 86_400_000;
const ADDRESS = '203.0.113.77';

let world: AccessHouse;
const texts: string[] = [];

/** In November 2026, on the 22nd. */
beforeAll(async () => {
  world = await openAccessHouse();
  const { call } = world;
  const { applicationId } = await call('keys.get', { keyId: world.key.keyId });
  const used = await addKey(applicationId, 'Feed | [x](http://evil)');
  const gone = await addKey(applicationId, 'Gone');
  await addKey(applicationId, 'Never used');
  for (const path of ['/inventory/1', '/inventory/1', '/inventory/1', '/offers/1']) {
    const key = used.text;
    while (!isDecided(await world.verify({ key, method: 'GET', path, clientIp: ADDRESS }))) await pause();
  }
  await call('keys.rotate', { keyId: used.keyId, overlapMs: DAY_MS });
  await call('keys.revoke', { keyId: gone.keyId, reason: 'other' });
  await call('leaks.record', { keyId: gone.keyId, place: 'a public gist' });
  await call('accessRequests.updateSettings', { confirms: 'live_only' });
  await world.visit('/request-access', FORM);
  const asked = must(await world.newest(), 'it was just sent');
  const approved = await call('accessRequests.approve', {
    accessRequestId: asked.id,
    grantee: {
      kind: 'new_partner',
      partnerName: 'Bolt Shops',
      tier: 'external',
      name: 'Shop sync',
      slug: 'shopsync',
    },
    key: { name: 'Shop', environment: 'test', scopeIds: [], expiresAt: house().clock.nowMs() + 300 * DAY_MS },
    delivery: { kind: 'link' },
    recipientName: 'Dana of Bolt',
  });
  expect(approved).toMatchObject({ key: { status: 'active' } });
}, 60_000);
afterAll(() => world.house.close());

const house = () => world.house.core;
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const isDecided = (answer: unknown) => typeof answer === 'object' && answer !== null && 'valid' in answer;

async function addKey(applicationId: ApplicationId, name: string) {
  const { key, secret } = await world.call('keys.create', {
    ...{ applicationId, name, environment: 'live', expiresAt: house().clock.nowMs() + 300 * DAY_MS },
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  texts.push(secret ?? '');
  return { keyId: key.keyId, text: secret ?? '' };
}

/** What the screens show beside it. */
async function others() {
  const { call } = world;
  const written = async (action: string) => (await call('audit.list', { filter: { action } })).total;
  const november = { from: Date.UTC(2026, 10) as never, to: Date.UTC(2026, 11) as never };
  return {
    activeKeys: (await call('keys.list', { filter: { status: ['active', 'rotating'] } })).total,
    rotations: await written('keys.rotate'),
    revokedKeys: await written('keys.revoke'),
    leaksFound: (await call('leaks.list', {})).total,
    leaksOpen: (await call('leaks.list', { isOpen: true })).total,
    summary: await call('usage.summary', november),
  };
}

/** A busy machine takes longer to read the log than the board waits for it. */
async function boardCounts(): Promise<ReadonlyMap<HygieneKind, number | null>> {
  for (;;) {
    const { items } = await world.call('hygiene.board', {});
    if (items.every(({ missing }) => missing === null))
      return new Map(items.map(({ kind, count }) => [kind, count]));
  }
}

describe('the monthly report', () => {
  test('has the figures of the lists, of the trail, of the log and of the board', async () => {
    const report = await world.call('reports.month', {});
    const { summary, ...counts } = await others();
    expect(report).toMatchObject({
      month: '2026-11',
      monthName: 'November 2026',
      isRunning: true,
      ...counts,
    });
    expect(counts).toMatchObject({ rotations: 1, revokedKeys: 1, leaksFound: 1, leaksOpen: 1 });
    expect(report.createdKeys).toBe(5);
    expect(report.requests).toBe(summary.totals.total);
    expect(report).toMatchObject({ requests: 4, refused: 1, refusedShare: 0.25 });
    expect(report.topKeys).toEqual(summary.topKeys);
    expect(report.topApplications).toMatchObject([
      { name: 'Data feed', partnerName: 'Acme', total: 4, refused: 1 },
    ]);
    const board = await boardCounts();
    for (const { breach, count } of report.breaches) {
      if (breach !== 'unconfirmedContact') expect(count, breach).toBe(board.get(breach));
    }
    expect(report.breaches.map(({ breach }) => breach)).toEqual([...POLICY_BREACHES]);
  });

  test('names who does not follow the policy by application with its contact, each key once with all that is wrong with it', async () => {
    const { applications, breaches, isCut } = await world.call('reports.month', {});
    expect(isCut).toBe(false);
    const wrong = applications.map(({ name, contactEmail, keys }) => ({
      name,
      contactEmail,
      keys: keys.map((key) => [key.name, ...key.breaches]),
    }));
    expect(wrong).toEqual([
      {
        name: 'Data feed',
        contactEmail: 'dev@acme.example',
        keys: [
          ['Feed', 'noExpiry', 'neverUsed'],
          ['Never used', 'neverUsed'],
        ],
      },
      {
        name: 'Shop sync',
        contactEmail: 'dev@bolt.example',
        keys: [['Shop', 'unconfirmedContact', 'neverUsed']],
      },
    ]);
    expect(countOf(breaches, 'unconfirmedContact')).toBe(1);
    const [request] = (await world.call('accessRequests.list', {})).items;
    await world.call('accessRequests.confirmContact', {
      accessRequestId: must(request, 'there is one').id,
      reason: 'By phone',
    });
    const after = await world.call('reports.month', {});
    expect(countOf(after.breaches, 'unconfirmedContact')).toBe(0);
  });

  test('as Markdown it says the same, without a secret, without a network address, and a name makes no markup', async () => {
    const report = await world.call('reports.month', {});
    expect(report.fileName).toBe('api-keys-2026-11.md');
    expect(report.markdown).toContain('# API keys in November 2026');
    expect(report.markdown).toContain('| Refused share | 25.00 % |');
    expect(report.markdown).toContain('### Shop sync (Bolt Shops)\n\nContact: dev@bolt.example');
    expect(report.markdown).not.toContain('[x](');
    const said = JSON.stringify(report);
    expect(said).not.toContain(ADDRESS);
    for (const text of texts) expect(said).not.toContain(text.slice(-49));
  });

  test('is of the last whole month unless told, keeps its figures afterwards, and there is none of the future or of before the first key', async () => {
    const before = await world.call('reports.month', { month: '2026-11' });
    world.house.tick(20 * DAY_MS);
    const after = await world.call('reports.month', {});
    expect(after).toMatchObject({ month: '2026-11', isRunning: false });
    const kept = ({ createdKeys, rotations, revokedKeys, leaksFound, requests, refused }: typeof before) => ({
      ...{ createdKeys, rotations, revokedKeys, leaksFound, requests, refused },
    });
    expect(kept(after)).toEqual(kept(before));
    expect(after.months.map(({ month }) => month)).toEqual(['2026-12', '2026-11']);
    const december = await world.call('reports.month', { month: '2026-12' });
    expect(december).toMatchObject({
      isRunning: true,
      createdKeys: 0,
      rotations: 0,
      requests: 0,
      topKeys: [],
    });
    expect(december.refusedShare).toBeNull();
    for (const month of ['2027-01', '2026-10', '2026-13']) {
      const refused = await world.house.call('reports.month', { month });
      expect(refused, month).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } });
    }
  });
});

function countOf(breaches: Output<'reports.month'>['breaches'], wanted: PolicyBreach): number | undefined {
  return breaches.find(({ breach }) => breach === wanted)?.count;
}
