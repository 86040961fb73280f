import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHouse, post, type House } from './http/house.test-support.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const data = async (name: string, input: unknown = {}): Promise<Record<string, unknown>> => {
  const reply = (await house.call(name, input)) as { ok: boolean; data: Record<string, unknown> };
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.data;
};
const items = async (name: string, input: unknown = {}) => (await data(name, input)).items as unknown[];

/** How many rows each table of a database holds; read from a copy, because its owner has it for itself. */
async function rowCounts(name: string): Promise<Record<string, number>> {
  const folder = String((await data('system.status')).dataDirectory);
  const copy = join(folder, `copy-of-${name}`);
  for (const end of ['', '-wal']) copyFileSync(join(folder, `${name}${end}`), `${copy}${end}`);
  const database = new Database(copy);
  const tables = database
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all();
  const counts = tables.map((table) => {
    const row = database.prepare<[], { n: number }>(`SELECT COUNT(*) AS n FROM "${table.name}"`).get();
    return [table.name, row?.n ?? -1] as const;
  });
  database.close();
  return Object.fromEntries(counts);
}

/** Without what is meant to stay: the audit trail, facts about the file, answers kept for repeats. */
async function traces(name: string): Promise<Record<string, number>> {
  const { audit_events: _audit, facts: _facts, command_repeats: _repeats, ...rest } = await rowCounts(name);
  return rest;
}

const totals = async () => {
  const [from, to] = [1_795_305_600_000 - 40 * 86_400_000, 1_795_305_600_000 + 3_600_000];
  return data('usage.summary', { from, to });
};

describe('sample data', () => {
  it('that are removed while they are still being written leave nothing behind', async () => {
    const creating = data('samples.create');
    await expect.poll(() => data('samples.get'), { interval: 1 }).toEqual({ isThere: true });
    await data('samples.delete');
    expect(Number((await creating).requests)).toBeGreaterThan(5_000);
    const { log } = (await data('system.status')) as { log: { rowCount: number } };
    expect(log.rowCount).toBe(0);
  });

  it('show four weeks of requests of five keys, and once removed every table has the rows that it had before', async () => {
    const before = { keys: await traces('keys.db'), log: await traces('requests.db') };
    const made = await data('samples.create');
    expect(made.keys).toBe(5);
    expect(Number(made.requests)).toBeGreaterThan(5_000);
    expect(await data('samples.get')).toEqual({ isThere: true });
    const { totals: seen } = (await totals()) as {
      totals: { total: number; byCode: Record<string, number> };
    };
    expect(seen.total).toBe(made.requests);
    expect(Object.keys(seen.byCode).toSorted()).toEqual(['INSUFFICIENT_SCOPE', 'RATE_LIMITED', 'VALID']);
    expect(await data('samples.delete')).toEqual({ keys: 5, requests: made.requests });
    expect(await data('samples.get')).toEqual({ isThere: false });
    expect({ keys: await traces('keys.db'), log: await traces('requests.db') }).toEqual(before);
    expect(await data('audit.verify')).toMatchObject({ ok: true });
    // And again, as if they had never been there.
    expect((await data('samples.create')).requests).toBe(made.requests);
  }, 60_000);

  it('leave real keys and their requests as they are, in rows and in counts, and take along what was made under them', async () => {
    const partner = await data('partners.create', {
      name: 'Acme',
      tier: 'external',
      contactEmail: 'a@acme.example',
    });
    const application = await data('applications.create', {
      partnerId: partner.id,
      name: 'Feed',
      slug: 'feed',
      contactEmail: 'a@acme.example',
    });
    const trade = await data('services.create', { name: 'Trade', slug: 'trade' });
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
    const key = (applicationId: unknown) =>
      data('keys.create', {
        applicationId,
        name: 'K',
        environment: 'live',
        scopeIds: [],
        rules,
        expiresAt: null,
      });
    const own = await key(application.id);
    const ask = (token: unknown, text: unknown) =>
      post(`${house.service.url}/v1/verify`, String(token), {
        key: text,
        method: 'GET',
        path: '/inventory/1',
      });
    await ask(trade.token, own.secret);
    const before = await items('requests.list');
    await data('samples.create');
    const sampled = (await items('applications.list', {})) as { id: string; slug: string }[];
    const under = await key(sampled.find(({ slug }) => slug === 'smplkiosk')?.id);
    await ask(trade.token, own.secret);
    // A key under a sample partner is gone with it, and with it what it may.
    await data('samples.delete');
    expect(await ask(trade.token, under.secret)).toMatchObject({ valid: false, code: 'NOT_FOUND' });
    expect(await ask(trade.token, own.secret)).toMatchObject({ valid: true });
    const after = (await items('requests.list')) as { code: string; keyId: string | null }[];
    expect(after).toHaveLength(before.length + 3);
    expect(after.filter(({ code }) => code === 'VALID')).toHaveLength(3);
    const { totals: seen } = (await totals()) as { totals: { total: number } };
    expect(seen.total).toBe(4);
    expect((await items('keys.list')).length).toBe(1);
  }, 60_000);

  it('are gone for other browsers, too, which ask again at each announcement', async () => {
    await data('samples.create');
    const asked: Promise<Record<string, unknown>>[] = [];
    const stop = house.core.subscribe(({ subjects }) => {
      if (subjects.includes('settings')) asked.push(data('samples.get'));
    });
    await data('samples.delete');
    stop();
    expect(await asked.at(-1)).toEqual({ isThere: false });
  }, 60_000);

  it('are there once, and removed once', async () => {
    await data('samples.create');
    expect(await house.call('samples.create', {})).toMatchObject({
      ok: false,
      error: { code: 'WRONG_STATUS' },
    });
    await data('samples.delete');
    expect(await house.call('samples.delete', {})).toMatchObject({
      ok: false,
      error: { code: 'WRONG_STATUS' },
    });
  }, 60_000);

  it('whose names are taken add nothing at all', async () => {
    await data('services.create', { name: 'Trade (sample)', slug: 'trade' });
    expect(await house.call('samples.create', {})).toMatchObject({
      ok: false,
      error: { code: 'NAME_TAKEN' },
    });
    expect(await data('samples.get')).toEqual({ isThere: false });
    expect(await items('partners.list')).toEqual([]);
  });
});
