import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { enrollResponse } from '#contract/enrolment.ts';
import { formatEnrolmentToken } from '#main/domain/key-format.ts';
import { HOUR_MS, openHolderHouse, problemOf } from './holder-world.test-support.ts';

const id = z.object({ id: z.string() });

let world: Awaited<ReturnType<typeof openHolderHouse>>;
beforeAll(async () => {
  world = await openHolderHouse();
});
afterAll(() => world.house.close());

describe('POST /v1/enroll', () => {
  test('brings a key that works at once, shares the limit of its parent and puts its version into the log', async () => {
    const parent = await world.newKey('Parent', { rateLimit: { limit: 2, windowMs: HOUR_MS } });
    const token = await world.tokenOf(parent.key.keyId);
    const one = await world.enroll(token, { version: '318', commit: 'abcdef1' });
    world.house.tick();
    const other = await world.enroll(token, { version: '319' });
    expect(await world.verify(one.secret)).toMatchObject({ valid: true, key: { name: 'Parent 318' } });
    expect((await world.verify(parent.secret)).valid).toBe(true);
    expect(await world.verify(other.secret)).toMatchObject({ valid: false, code: 'RATE_LIMITED' });
    const rows = z.object({ items: z.array(z.object({ tags: z.array(z.string()) })) });
    const { items } = await world.ok('requests.list', { filter: { keyId: one.key.keyId } }, rows);
    expect(items[0]?.tags).toEqual(['version=318', 'commit=abcdef1']);
    const query = { filter: { query: 'tag:version=318' } };
    expect((await world.ok('requests.list', query, rows)).items).toHaveLength(1);
    const now = world.house.core.clock.nowMs();
    const pivot = { keyId: parent.key.keyId, from: now - HOUR_MS, to: now + HOUR_MS };
    const shown = z.object({
      rows: z.array(z.object({ value: z.string(), total: z.int(), refused: z.int() })),
    });
    expect((await world.ok('enrolment.pivot', pivot, shown)).rows).toEqual([
      { value: '319', total: 1, refused: 1 },
      { value: '318', total: 1, refused: 0 },
    ]);
  });

  test('a limit of its own holds for each child beside the one that all share', async () => {
    const parent = await world.newKey('Limited', { rateLimit: { limit: 10, windowMs: HOUR_MS } });
    const token = await world.tokenOf(parent.key.keyId, { rateLimit: { limit: 1, windowMs: HOUR_MS } });
    const [one, other] = [await world.enroll(token), await world.enroll(token, { version: '319' })];
    expect((await world.verify(one.secret)).valid).toBe(true);
    expect(await world.verify(one.secret)).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await world.verify(other.secret)).valid).toBe(true);
    expect(await world.verify(parent.secret)).toMatchObject({ valid: true, rateLimit: { remaining: 7 } });
  });

  test('children are refused by the very next call after their parent is suspended or revoked', async () => {
    const parent = await world.newKey('Mortal');
    const { secret } = await world.enroll(await world.tokenOf(parent.key.keyId));
    const { keyId } = parent.key;
    expect((await world.verify(secret)).valid).toBe(true);
    await world.ok('keys.suspend', { keyId, reason: 'Test', message: 'Ask us' }, z.unknown());
    expect(await world.verify(secret)).toMatchObject({
      code: 'SUSPENDED',
      message: 'This API key is suspended: Ask us',
    });
    await world.ok('keys.resume', { keyId }, z.unknown());
    expect((await world.verify(secret)).valid).toBe(true);
    await world.ok('keys.revoke', { keyId, reason: 'leaked' }, z.unknown());
    expect(await world.verify(secret)).toMatchObject({ code: 'REVOKED' });
  });

  test('the same request gets the same answer, another one of that id does not', async () => {
    const parent = await world.newKey('Repeated');
    const token = await world.tokenOf(parent.key.keyId);
    const body = { version: '1', requestId: 'run-4711-1' };
    const first = await world.enroll(token, body);
    const again = await world.enrollWith(token, body);
    expect(again.status).toBe(200);
    expect(enrollResponse.parse(await again.json())).toEqual({ ...first, isRepeat: true });
    const other = await problemOf(await world.enrollWith(token, { ...body, version: '2' }));
    expect(other).toMatchObject({ status: 409, code: 'REQUEST_ID_TAKEN' });
    const count = await world.ok(
      'enrolment.children',
      { keyId: parent.key.keyId },
      z.object({ total: z.int() }),
    );
    expect(count.total).toBe(1);
  });

  test('a first start says who it is: that stands with the key among its children and not in the log, and a token may insist on it', async () => {
    const parent = await world.newKey('Started');
    const token = await world.tokenOf(parent.key.keyId, { needsContact: true });
    const who = { contactName: 'Dana Young', contactEmail: 'dana@acme.example' };
    for (const told of [{ version: '1' }, { contactEmail: who.contactEmail }]) {
      expect(await problemOf(await world.enrollWith(token, told))).toMatchObject({
        status: 400,
        code: 'CONTACT_NEEDED',
      });
    }
    expect((await world.enrollWith(token, { ...who, contactEmail: 'dana' })).status).toBe(400);
    const made = await world.enroll(token, who);
    expect(made.key).toMatchObject({ name: 'Started Dana Young', tags: [] });
    expect((await world.verify(made.secret)).valid).toBe(true);
    const { items } = await world.ok(
      'enrolment.children',
      { keyId: parent.key.keyId },
      z.object({ items: z.array(z.unknown()) }),
    );
    expect(items).toMatchObject([{ keyId: made.key.keyId, ...who }]);
    const rows = z.object({ items: z.array(z.unknown()).length(1) });
    const logged = await world.ok('requests.list', { filter: { keyId: made.key.keyId } }, rows);
    expect(JSON.stringify(logged)).not.toContain(who.contactEmail);
    const filter = { action: 'keys.enroll', subjectId: made.key.keyId };
    expect(JSON.stringify(await world.ok('audit.list', { filter }, z.unknown()))).toContain(who.contactEmail);
  });

  test('an unknown, a revoked and a wrong kind of token are refused alike, and nothing else of the body is told', async () => {
    const parent = await world.newKey('Refused');
    const token = await world.tokenOf(parent.key.keyId);
    const { items } = await world.ok(
      'enrolment.list',
      { keyId: parent.key.keyId },
      z.object({ items: z.array(id) }),
    );
    await world.ok('enrolment.revokeToken', { enrolmentTokenId: items[0]?.id }, z.unknown());
    const wrong = [
      token,
      formatEnrolmentToken('y'.repeat(43)),
      parent.secret,
      world.serviceToken,
      'nonsense',
    ];
    const answers = await Promise.all(
      wrong.map(async (text) => problemOf(await world.enrollWith(text, { nonsense: 1 }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, code: 'ENROLMENT_TOKEN_INVALID' });
    expect(await problemOf(await world.send('/v1/enroll', { body: {} }))).toMatchObject({
      code: 'ENROLMENT_TOKEN_MISSING',
    });
    const good = await world.tokenOf(parent.key.keyId, { name: 'Good' });
    for (const body of [
      {},
      { version: 'a b' },
      { commit: 'xyz' },
      { version: '1', lifeMs: 1 },
      { version: '1', x: 1 },
    ]) {
      expect((await world.enrollWith(good, body)).status).toBe(400);
    }
    await world.ok('keys.suspend', { keyId: parent.key.keyId, reason: 'Test' }, z.unknown());
    expect(await problemOf(await world.enrollWith(good, { version: '1' }))).toMatchObject({
      status: 403,
      code: 'PARENT_NOT_LIVE',
    });
  });
});
