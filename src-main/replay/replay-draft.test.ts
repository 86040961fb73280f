import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { report, write } from '#main/requests/log.test-support.ts';
import { createReplayWorld, type ReplayWorld } from './replay-world.test-support.ts';

let house: ReplayWorld;
let keyId: KeyId;
let keyText: string;

beforeEach(async () => {
  house = await createReplayWorld();
  const key = await house.addKey({
    rules: [{ effect: 'allow', methods: ['GET', 'POST'], path: '/offers/**' }],
  });
  [keyId, keyText] = [key.keyId, key.text];
});
afterEach(() => {
  house.close();
});

/** Asks once for each path, a second apart. */
function askFor(
  paths: readonly string[],
  fields: { clientIp?: string; userAgent?: string; method?: string } = {},
): void {
  for (const path of paths) house.ask({ keyText, method: 'GET', path, afterMs: 1_000, ...fields });
}

/** What a person would count by hand in the log. */
const countLogged = (isMeant: (path: string, code: string) => boolean): number =>
  house.decisions.filter(({ path, code }) => isMeant(path ?? '', code)).length;

describe('rules and scopes', () => {
  it('a count of newly refused requests is the count of the log itself, by partner, key and endpoint', async () => {
    await house.world.call('endpoints.import', {
      serviceId: house.subjects.service.id,
      lines: 'GET /offers/{id}\nGET /inventory/{id}',
    });
    askFor(['/offers/1', '/offers/2', '/inventory/1', '/inventory/2', '/inventory/3', '/nothing']);
    const { counts, groups, changed } = await house.replay(keyId, { rules: [] });
    const expected = countLogged((path, code) => path.startsWith('/offers/') && code === 'VALID');
    expect(counts).toMatchObject({
      replayed: 6,
      same: 4,
      newlyRefused: expected,
      newlyAllowed: 0,
      alreadySaved: 0,
    });
    expect(groups).toMatchObject([
      {
        keyId,
        partner: 'Acme',
        service: 'Trade API',
        method: 'GET',
        endpoint: '/offers/{id}',
        was: 'VALID',
        now: 'INSUFFICIENT_SCOPE',
        count: 2,
      },
    ]);
    expect(changed.map(({ path, wasRule, nowRule }) => [path, wasRule, nowRule])).toEqual([
      ['/offers/2', 'allow GET,POST /offers/** (own rule)', null],
      ['/offers/1', 'allow GET,POST /offers/** (own rule)', null],
    ]);
    expect(changed.map(({ requestId }) => requestId)).toEqual(
      house.decisions
        .filter(({ path }) => path?.startsWith('/offers/'))
        .map((row) => row.requestId)
        .reverse(),
    );
  });

  it('what was refused and would be allowed is told with the rule that would allow it', async () => {
    askFor(['/orders/7', '/orders/8', '/offers/1']);
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/orders/*' }] as const;
    const { counts, changed } = await house.replay(keyId, { rules });
    expect(counts).toMatchObject({ newlyAllowed: 2, newlyRefused: 1 });
    expect(changed.find(({ path }) => path === '/orders/7')).toMatchObject({
      was: 'INSUFFICIENT_SCOPE',
      now: 'VALID',
      nowRule: 'allow GET /orders/* (own rule)',
      nowMessage: null,
    });
  });

  it('dropping a scope asks each service for what it would still grant', async () => {
    const { service } = await house.world.call('services.create', { name: 'Stock', slug: 'stock' });
    house.ask({ keyText, method: 'GET', path: '/inventory/1', serviceId: service.id });
    house.ask({ keyText, method: 'GET', path: '/inventory/1' });
    const { counts, groups } = await house.replay(keyId, { scopeIds: [] });
    expect(house.decisions.map(({ code }) => code)).toEqual(['INSUFFICIENT_SCOPE', 'VALID']);
    expect(counts).toMatchObject({ same: 1, newlyRefused: 1 });
    expect(groups).toMatchObject([{ service: 'Trade API' }]);
  });

  it('an edit since then is told apart from what the draft changes', async () => {
    askFor(['/offers/1', '/inventory/1']);
    await house.world.call('keys.update', { keyId, rules: [] });
    const { counts, groups } = await house.replay(keyId, { scopeIds: [] });
    expect(counts).toMatchObject({ newlyRefused: 2, alreadySaved: 1 });
    expect(groups.find(({ endpoint }) => endpoint === '/offers/1')).toMatchObject({
      count: 1,
      alreadySaved: 1,
    });
    expect(groups.find(({ endpoint }) => endpoint === '/inventory/1')).toMatchObject({ alreadySaved: 0 });
  });

  it('a request for scopes alone stays as it was, and the result says so', async () => {
    house.ask({ keyText, scopes: ['inventory:read'] });
    const { counts, notes } = await house.replay(keyId, { scopeIds: [] });
    expect(house.decisions.map(({ code }) => code)).toEqual(['VALID']);
    expect(counts).toMatchObject({ replayed: 1, same: 1 });
    expect(notes).toMatchObject([{ code: 'SCOPES_NOT_LOGGED', count: 1 }]);
  });

  it('a refusal for scopes that the service demanded stays, although a rule allows the path', async () => {
    house.ask({ keyText, method: 'GET', path: '/offers/1', scopes: ['other:scope'] });
    const rules = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;
    const { counts, notes } = await house.replay(keyId, { rules });
    expect(counts).toMatchObject({ replayed: 1, same: 1 });
    expect(notes).toMatchObject([{ code: 'SCOPES_NOT_LOGGED', count: 1 }]);
  });

  it('a path that the log has cut stays as it was decided', async () => {
    askFor([`/offers/${'x'.repeat(2_000)}`]);
    const { counts, notes } = await house.replay(keyId, { rules: [] });
    expect(counts).toMatchObject({ replayed: 1, same: 1 });
    expect(notes).toMatchObject([{ code: 'TEXT_CUT', count: 1 }]);
  });
});

describe('bindings and expiry', () => {
  it('a new list of addresses refuses exactly the requests from elsewhere', async () => {
    askFor(['/offers/1', '/offers/2'], { clientIp: '203.0.113.9' });
    askFor(['/offers/3'], { clientIp: '198.51.100.7' });
    askFor(['/offers/4']);
    const { counts, changed } = await house.replay(keyId, { ipAllow: ['203.0.113.0/24'] });
    expect(counts).toMatchObject({ same: 2, newlyRefused: 2 });
    expect(changed.map(({ clientIp, now }) => [clientIp, now])).toEqual([
      [null, 'IP_NOT_ALLOWED'],
      ['198.51.100.7', 'IP_NOT_ALLOWED'],
    ]);
    expect(
      (await house.replay(keyId, { ipAllow: ['203.0.113.0/24'], bindingMode: 'observe' })).counts,
    ).toMatchObject({ same: 4 });
  });

  it('agents, services and hours are decided anew; origins are not in the log and stay', async () => {
    askFor(['/offers/1'], { userAgent: 'curl/8.5' });
    askFor(['/offers/2'], { userAgent: 'acme-sync/1' });
    expect((await house.replay(keyId, { userAgentAllow: ['acme-sync'] })).counts).toMatchObject({
      newlyRefused: 1,
    });
    expect((await house.replay(keyId, { serviceAllow: [house.subjects.service.id] })).counts).toMatchObject({
      same: 2,
    });
    const never = [{ days: [1], from: '00:00', to: '01:00', timeZone: 'UTC' }];
    expect((await house.replay(keyId, { timeAllow: never })).groups).toMatchObject([
      { now: 'TIME_NOT_ALLOWED' },
      { now: 'TIME_NOT_ALLOWED' },
    ]);
    const origins = await house.replay(keyId, { originAllow: ['https://shop.example'] });
    expect(origins.counts).toMatchObject({ same: 2 });
    expect(origins.notes).toMatchObject([{ code: 'ORIGIN_NOT_LOGGED', count: 2 }]);
  });

  it('giving up a binding lets pass what only it refused, and not what a later step refuses', async () => {
    await house.world.call('keys.update', { keyId, ipAllow: ['203.0.113.9'] });
    askFor(['/offers/1', '/secret'], { clientIp: '198.51.100.7' });
    const { counts, groups } = await house.replay(keyId, { ipAllow: [] });
    expect(counts).toMatchObject({ newlyAllowed: 1, refusedOtherwise: 1, same: 0 });
    // What later steps would have said is not in the log where an earlier one refused: the policy says it.
    expect(groups.map(({ endpoint, now }) => [endpoint, now])).toEqual(
      expect.arrayContaining([
        ['/offers/1', 'VALID'],
        ['/secret', 'INSUFFICIENT_SCOPE'],
      ]),
    );
  });

  it('a binding that the draft leaves alone still refuses where an earlier one refused first', async () => {
    await house.world.call('keys.update', { keyId, ipAllow: ['203.0.113.9'], userAgentAllow: ['acme-sync'] });
    askFor(['/offers/1'], { clientIp: '198.51.100.7', userAgent: 'curl/8.5' });
    expect((await house.replay(keyId, { ipAllow: [] })).groups).toMatchObject([
      { was: 'IP_NOT_ALLOWED', now: 'USER_AGENT_NOT_ALLOWED', count: 1 },
    ]);
  });

  it('an earlier expiry refuses what came after it; one in the future is told to refuse nothing yet', async () => {
    askFor(['/offers/1', '/offers/2', '/offers/3']);
    const second = timestampMs.parse(house.decisions[1]?.atMs);
    expect((await house.replay(keyId, { expiresAt: second })).counts).toMatchObject({
      same: 1,
      newlyRefused: 2,
    });
    const later = await house.replay(keyId, { expiresAt: timestampMs.parse(second + 86_400_000) });
    expect(later.counts).toMatchObject({ same: 3 });
    expect(later.notes).toMatchObject([{ code: 'EXPIRY_LATER' }]);
  });

  it('requests refused while the key was suspended stay refused whatever the draft says', async () => {
    await house.world.call('keys.suspend', { keyId, reason: 'Looks odd' });
    askFor(['/offers/1']);
    await house.world.call('keys.resume', { keyId });
    askFor(['/offers/2']);
    const { counts, notes } = await house.replay(keyId, {
      rules: [{ effect: 'allow', methods: ['*'], path: '/**' }],
    });
    expect(counts).toMatchObject({ replayed: 2, same: 2 });
    expect(notes).toMatchObject([{ code: 'STATE_KEPT', count: 1 }]);
  });
});

describe('limits', () => {
  it('a lower limit refuses exactly what a sliding window over the log counts', async () => {
    for (let n = 0; n < 120; n += 1)
      house.ask({ keyText, method: 'GET', path: '/offers/1', afterMs: (n * 37) % 400 });
    const times = house.decisions.map(({ atMs }) => atMs as number);
    const admitted: number[] = [];
    for (const at of times) {
      if (admitted.filter((then) => then + 5_000 > at).length < 7) admitted.push(at);
    }
    const { counts, notes } = await house.replay(keyId, { rateLimit: { limit: 7, windowMs: 5_000 } });
    expect(counts).toMatchObject({ replayed: 120, newlyRefused: 120 - admitted.length });
    expect(counts.newlyRefused).toBeGreaterThan(20);
    expect(notes).toMatchObject([{ code: 'LIMITS_COUNTED' }]);
  });

  it('a quota counts from the beginning of its period, also before the replayed days', async () => {
    for (let n = 0; n < 10; n += 1) house.ask({ keyText, method: 'GET', path: '/offers/1' });
    house.pass(7 * 86_400_000 + 1_000);
    for (let n = 0; n < 10; n += 1) house.ask({ keyText, method: 'GET', path: '/offers/1' });
    const quota = {
      limit: 15,
      period: 'month',
      timeZone: 'UTC',
      resetDay: 22,
      isSoft: false,
      by: 'key',
    } as const;
    const { counts } = await house.replay(keyId, { quota });
    expect(counts).toMatchObject({ replayed: 10, newlyRefused: 5 });
  });

  it('what the draft newly allows fills the limit, so that others may no longer fit', async () => {
    await house.world.call('keys.update', { keyId, rateLimit: { limit: 2, windowMs: 60_000 } });
    askFor(['/orders/1', '/orders/2', '/offers/1', '/offers/2']);
    const rules = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;
    const { counts, groups } = await house.replay(keyId, { rules });
    expect(house.decisions.map(({ code }) => code)).toEqual([
      'INSUFFICIENT_SCOPE',
      'INSUFFICIENT_SCOPE',
      'VALID',
      'VALID',
    ]);
    expect(counts).toMatchObject({ newlyAllowed: 2, newlyRefused: 2 });
    expect(groups.filter(({ now }) => now === 'RATE_LIMITED')).toHaveLength(2);
  });

  it('keys that share a limit are counted along, and what changes for them is told', async () => {
    const shared = [{ name: 'all', limit: 4, windowMs: 60_000, by: 'application', isSoft: false }] as const;
    await house.world.call('keys.update', { keyId, rateLimits: shared });
    const other = await house.addKey({ name: 'Other', rateLimits: shared });
    askFor(['/orders/1', '/orders/2', '/offers/1']);
    for (const path of ['/inventory/1', '/inventory/2', '/inventory/3']) {
      house.ask({ keyText: other.text, method: 'GET', path });
    }
    const { counts } = await house.replay(keyId, {
      rules: [{ effect: 'allow', methods: ['*'], path: '/**' }],
    });
    expect(counts).toMatchObject({ replayed: 3, newlyAllowed: 2, ofOtherKeys: 2 });
  });

  it('a plan gives its limits where the draft has none of its own', async () => {
    const plan = await house.world.call('plans.create', {
      name: 'Tiny',
      rateLimit: { limit: 1, windowMs: 60_000 },
    });
    askFor(['/offers/1', '/offers/2']);
    expect((await house.replay(keyId, { planId: plan.id })).counts).toMatchObject({ newlyRefused: 1 });
    const own = { planId: plan.id, rateLimit: { limit: 9, windowMs: 60_000 } };
    expect((await house.replay(keyId, own)).counts).toMatchObject({ same: 2 });
  });
});

describe('the range', () => {
  it('requests that services only reported are left out and counted', async () => {
    askFor(['/offers/1']);
    house.log();
    const at = house.world.nowMs();
    const [row] = house.decisions;
    if (row?.principal === null || row === undefined) throw new Error('decided');
    const { secretVersion: _version, ...key } = row.principal;
    write(
      house.store,
      [],
      [report([{ entry: { keyId, method: 'GET', path: '/offers/1', responseStatus: 200, at }, key }])],
    );
    const { counts, notes } = await house.replay(keyId, { rules: [] });
    expect(counts).toMatchObject({ replayed: 1, newlyRefused: 1 });
    expect(notes).toMatchObject([{ code: 'REPORTED_ONLY', count: 1 }]);
  });

  it('only the asked days are compared', async () => {
    askFor(['/offers/1']);
    house.pass(10 * 86_400_000);
    askFor(['/offers/2']);
    expect((await house.replay(keyId, { rules: [] }, 7)).counts.replayed).toBe(1);
    expect((await house.replay(keyId, { rules: [] }, 30)).counts.replayed).toBe(2);
  });

  it('a key without requests has nothing to change', async () => {
    expect((await house.replay(keyId, { rules: [] })).counts).toMatchObject({ replayed: 0, newlyRefused: 0 });
  });
});
