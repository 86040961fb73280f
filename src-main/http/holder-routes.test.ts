import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { meResponse } from '#contract/holder.ts';
import { refusalProblem } from '#contract/verify.ts';
import { HOUR_MS, openHolderHouse, problemOf, unknownKey, type Sent } from './holder-world.test-support.ts';

let world: Awaited<ReturnType<typeof openHolderHouse>>;
beforeAll(async () => {
  world = await openHolderHouse();
});
afterAll(() => world.house.close());

describe('GET /v1/me', () => {
  test('tells use, failures by cause, limits and what to do, and spends nothing', async () => {
    const { secret, key } = await world.newKey('Seen', { rateLimit: { limit: 5, windowMs: HOUR_MS } });
    await world.verify(secret);
    await world.verify(secret, { method: 'POST', path: '/offers' });
    await world.verify(secret, { method: 'POST', path: '/offers' });
    await world.house.call('requests.list', {});
    const headers = { 'X-Api-Key': secret };
    const me = meResponse.parse(await (await world.send('/v1/me', { headers })).json());
    expect(me).toMatchObject({
      key: { keyId: key.keyId, name: 'Seen', status: 'active', expiresAt: null, parent: null },
      scopes: [{ name: 'inventory:read', service: 'Trade', may: ['GET /inventory/**'], mayNot: [] }],
      usage: { total: 3, allowed: 1, refused: 2 },
      errors: [{ cause: 'INSUFFICIENT_SCOPE', count: 2 }],
      refusedEndpoints: [{ endpoint: 'POST /offers', count: 2 }],
      limits: { rateLimits: [{ limit: 5, remaining: 4 }] },
      rotation: { secretVersion: 1, secretState: 'current' },
      contact: 'feed@acme.example',
      help: `${world.house.service.url}/request-access?key=${key.keyId}`,
    });
    expect(me.whatToDo[0]).toContain('not among those that the key may call');
    const again = meResponse.parse(
      await (await world.send('/v1/me', { headers: { Authorization: `Bearer ${secret}` } })).json(),
    );
    expect(again).toMatchObject({ usage: me.usage, errors: me.errors });
    expect(again.limits.rateLimits[0]?.remaining).toBe(4);
    expect(JSON.stringify(me)).not.toContain(secret.slice(-20));
  });

  test('refuses what a verification refuses, in the same words', async () => {
    const revoked = await world.newKey('Gone');
    await world.ok('keys.revoke', { keyId: revoked.key.keyId, reason: 'other' }, z.unknown());
    for (const key of [unknownKey(), `${unknownKey().slice(0, -1)}!`, 'nonsense', revoked.secret]) {
      const decision = await world.verify(key);
      if (decision.valid) throw new Error('allowed');
      const response = await world.send('/v1/me', { headers: { 'X-Api-Key': key } });
      const body = refusalProblem.parse(await response.json());
      expect(response.status).toBe(decision.status);
      expect([body.code, body.detail]).toEqual([
        decision.code,
        [decision.message, decision.detail].filter((text) => text !== null).join(' '),
      ]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('link')).toMatch(/^<http.*\/request-access.*>; rel="help"$/);
    }
    const missing = await world.send('/v1/me');
    expect(missing.status).toBe(401);
    expect(refusalProblem.parse(await missing.json()).code).toBe('MISSING_KEY');
    const inUrl = await world.send(`/v1/me?key=${revoked.secret}`);
    expect(await problemOf(inUrl)).toMatchObject({ status: 400, code: 'KEY_IN_URL' });
  });

  test('a suspended key says why, and the old secret of a rotation that it is old', async () => {
    const { secret, key } = await world.newKey('Turned');
    await world.ok('keys.rotate', { keyId: key.keyId, overlapMs: HOUR_MS }, z.unknown());
    await world.ok('keys.suspend', { keyId: key.keyId, reason: 'Odd', message: 'Call Dana' }, z.unknown());
    const me = meResponse.parse(
      await (await world.send('/v1/me', { headers: { 'X-Api-Key': secret } })).json(),
    );
    expect(me.key).toMatchObject({ status: 'suspended', message: 'Call Dana' });
    expect(me.rotation).toMatchObject({ secretVersion: 1, secretState: 'retiring', currentVersion: 2 });
    expect(me.whatToDo.join(' ')).toMatch(/Call Dana.*Use number 2 now/);
  });

  test('is a page for browsers, with a form that never puts the key into an address and no script', async () => {
    const { secret } = await world.newKey('Paged <b>');
    const form = await world.send('/v1/me', { headers: { Accept: 'text/html,*/*' } });
    const text = await form.text();
    expect(form.headers.get('content-type')).toContain('text/html');
    expect(text).toContain('method="post" action="/v1/me"');
    const page = await world.send('/v1/me', {
      form: { key: secret },
      headers: { Origin: world.house.service.url },
    });
    const shown = await page.text();
    expect(page.status).toBe(200);
    expect(shown).toContain('Paged &lt;b&gt;');
    expect(shown).not.toContain(secret.slice(-20));
    expect(shown).toContain('It is for support, not out of suspicion.');
    const introduction = 'We count, so that we can help <you>.';
    await world.ok('accessRequests.updateSettings', { introduction }, z.unknown());
    const rewritten = await world.send('/v1/me', { form: { key: secret } });
    expect(await rewritten.text()).toContain(
      '<p class="said">We count, so that we can help &lt;you&gt;.</p>',
    );
    for (const each of [text, shown]) expect(each).not.toContain('<script');
    for (const { headers } of [form, page]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-.*form-action 'self'/,
      );
    }
    const wrong = await world.send('/v1/me', { form: { key: unknownKey() } });
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toContain('<code>NOT_FOUND</code>');
    expect((await world.send('/v1/me', { form: { key: '' } })).status).toBe(400);
  });
});

describe('POST /v1/self-revoke', () => {
  const timed = async (options: Sent) => {
    const startedMs = performance.now();
    const response = await world.send('/v1/self-revoke', options);
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - startedMs };
  };

  test('ends the key with its children at once and for good, and answers the same in the same time for what was none', async () => {
    const { secret, key } = await world.newKey('Leaked');
    const child = await world.enroll(await world.tokenOf(key.keyId));
    const matched = await timed({ body: {}, headers: { Authorization: `Bearer ${secret}` } });
    expect(await world.verify(secret)).toMatchObject({ code: 'REVOKED' });
    expect(await world.verify(child.secret)).toMatchObject({ code: 'REVOKED' });
    const others = [
      await timed({ body: { key: unknownKey() } }),
      await timed({ body: { key: 'nonsense' } }),
      await timed({ body: { key: secret } }),
    ];
    for (const other of others) {
      expect([other.status, other.text]).toEqual([matched.status, matched.text]);
      expect(other.ms).toBeGreaterThanOrEqual(240);
    }
    expect(matched.status).toBe(202);
    expect(matched.ms).toBeGreaterThanOrEqual(240);
    const restored = await world.house.call('keys.restore', { keyId: key.keyId });
    expect(restored).toMatchObject({ ok: false, error: { code: 'RESTORE_NOT_POSSIBLE' } });
    const events = z.object({
      items: z.array(
        z.object({
          actor: z.object({ name: z.string() }),
          reason: z.string(),
          after: z.object({ note: z.string() }),
        }),
      ),
    });
    const filter = { action: 'keys.revoke', subjectId: key.keyId };
    const [event] = (await world.ok('audit.list', { filter }, events)).items;
    expect(event).toMatchObject({ actor: { name: 'Key holder' }, reason: 'leaked' });
    expect(event?.after.note).toContain('leaked/self');
    expect(world.house.logLines.join('\n')).not.toContain(secret.slice(-20));
  });

  test('the old secret of a rotation ends alone; the key goes on with the one that was not shown', async () => {
    const { secret, key } = await world.newKey('Rotated');
    const fresh = await world.rotate(key.keyId);
    expect((await world.verify(secret)).valid).toBe(true);
    await timed({ body: { key: secret } });
    world.house.tick();
    expect(await world.verify(secret)).toMatchObject({ code: 'REVOKED' });
    expect((await world.verify(fresh.secret)).valid).toBe(true);
  });

  test('a form must be confirmed, a request without a key is told so, and too many are refused whatever they hold', async () => {
    const { secret } = await world.newKey('Kept');
    expect((await timed({ form: { key: secret } })).status).toBe(400);
    expect((await timed({ body: {} })).status).toBe(400);
    expect((await world.verify(secret)).valid).toBe(true);
    const done = await timed({ form: { key: secret, sure: 'yes' } });
    expect([done.status, done.text.includes('it is refused from now on')]).toEqual([202, true]);
    expect(await world.verify(secret)).toMatchObject({ code: 'REVOKED' });
    const many = await Promise.all(Array.from({ length: 10 }, () => timed({ body: { key: unknownKey() } })));
    expect(many.map(({ status }) => status)).toContain(429);
    const good = await world.newKey('Throttled');
    expect((await timed({ body: { key: good.secret } })).status).toBe(429);
  });
});
