import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { encodeBase62Fixed } from '#main/domain/base62.ts';
import { formatKey } from '#main/domain/key-format.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const TEXT_CHARACTERS_MAX = 4 * 1024 * 1024;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

/** Never the same twice. */
let counter = 0;
const characters = (count: number) => encodeBase62Fixed((counter += 1), 8).padStart(count, 'x');
const publicPart = () => `lk_live_ab_${characters(12)}`;
const wholeKey = () =>
  formatKey({ environment: 'live', slug: 'ab', keyId: characters(12) as KeyId, secret43: characters(43) });

/** As many different texts as fit into `length`, one a line. */
function filled(make: () => string, length: number): string {
  const count = Math.floor(length / (make().length + 1));
  return Array.from({ length: count }, make).join('\n');
}

/** Milliseconds of processor time of this process: other processes do not disturb it. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('keys.identify keeps verification waiting for a moment only', () => {
  it('finds three keys in 2 MB of noise', async () => {
    const keys = [];
    for (const name of ['One', 'Two', 'Three']) keys.push(await makeKey(world, subjects, { name }));
    const noise = filled(() => `GET /inventory/${characters(8)} lk_live_x lk_ 200`, 650_000);
    const hints = filled(publicPart, 20_000);
    const text = keys.map((key) => `${noise}\n${key.text}\n${hints.slice(0, 5_000)}`).join('\n');
    expect(text.length).toBeGreaterThan(1_900_000);
    let names: readonly string[] = [];
    const spentMs = await cpuMs(async () => {
      names = (await world.call('keys.identify', { text })).matches.map(({ name }) => name);
    });
    expect(names).toEqual(['One', 'Two', 'Three']);
    // Processor time, several times what was measured: it finds a scan that grows too fast, not a busy neighbour.
    expect(spentMs).toBeLessThan(1_000);
  });

  it.each([
    ['public parts', publicPart],
    ['whole keys', wholeKey],
    ['keys with a wrong checksum', () => `${publicPart()}_${characters(49)}`],
  ])('in 4 MiB full of %s', async (_name, make) => {
    const text = filled(make, TEXT_CHARACTERS_MAX);
    const as = {
      actor: { kind: 'token', id: 'tok_1', name: 'Ops' },
      role: 'viewer',
      requestId: 'req_1',
    } as const;
    expect(await cpuMs(() => world.dispatch('keys.identify', { text }, as))).toBeLessThan(2_000);
  });
});

describe('keys.identify with many keys', () => {
  it('looks a thousand up, and refuses more instead of calling them unknown', async () => {
    const { key } = await makeKey(world, subjects);
    const others = Array.from({ length: 999 }, publicPart);
    const all = [...others, key.hint];
    expect(await world.call('keys.identify', { text: all.join('\n') })).toMatchObject({
      matches: [{ keyId: key.keyId, status: 'active' }],
      unknownCount: 999,
    });
    const error = await world.refusal('keys.identify', { text: [publicPart(), ...all].join('\n') });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'text' }] });
    expect(error.message).toContain('1,000');
  });

  it('counts neither repeats nor texts whose checksum shows that they are no keys', async () => {
    const { key, text } = await makeKey(world, subjects);
    const typos = Array.from({ length: 2_000 }, () => `${publicPart()}_${characters(49)}`);
    const found = await world.call('keys.identify', {
      text: [...typos, ...Array.from({ length: 2_000 }, () => text)].join(' '),
    });
    expect(found).toMatchObject({ matches: [{ keyId: key.keyId, secretVersion: 1 }], unknownCount: 2_000 });
  });

  it('says of each key how it is', async () => {
    const suspended = await makeKey(world, subjects, { name: 'Suspended' });
    const revoked = await makeKey(world, subjects, { name: 'Revoked' });
    await world.call('keys.suspend', { keyId: suspended.key.keyId, reason: 'Look into it' });
    await world.call('keys.revoke', { keyId: revoked.key.keyId, reason: 'policy' });
    const { matches } = await world.call('keys.identify', { text: `${suspended.key.hint} ${revoked.text}` });
    expect(matches).toMatchObject([
      { name: 'Revoked', status: 'revoked', secretVersion: 1, secretState: 'current' },
      { name: 'Suspended', status: 'suspended', secretVersion: null, secretState: null },
    ]);
  });
});

describe('keys.identifyHashes', () => {
  const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

  it('knows each secret of a key by its SHA-256, and an imported key by its own', async () => {
    const { key, text: first } = await makeKey(world, subjects);
    const { secret: second } = await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 3_600_000 });
    const foreign = 'k3J9sQ0aZx8LmN2vB7cT5yRw';
    const { imported } = await world.call('keys.import', {
      applicationId: subjects.application.id,
      environment: 'live',
      scopeIds: [],
      format: 'plain',
      text: foreign,
    });
    const hashes = [first, second ?? '', foreign].map(sha256);
    const { matches, unknownCount } = await world.call('keys.identifyHashes', {
      hashes,
      keyIds: [key.keyId],
    });
    expect(matches).toMatchObject([
      { keyId: key.keyId, secretVersion: 1, secretCount: 2, secretState: 'retiring' },
      { keyId: key.keyId, secretVersion: 2, secretCount: 2, secretState: 'current' },
      { keyId: imported[0]?.keyId, secretVersion: 1, secretCount: 1 },
    ]);
    expect(unknownCount).toBe(0);
  });

  it('tells a key by its public id when the hash says nothing, and what is not known at all', async () => {
    const { key } = await makeKey(world, subjects);
    const found = await world.call('keys.identifyHashes', { hashes: [sha256('no')], keyIds: [key.keyId] });
    expect(found).toMatchObject({
      matches: [{ keyId: key.keyId, secretVersion: null, secretState: null }],
      unknownCount: 0,
    });
    const unknown = await world.call('keys.identifyHashes', { hashes: [], keyIds: ['AAAAAAAAAAAA'] });
    expect(unknown).toEqual({ matches: [], unknownCount: 1 });
    expect(await world.refusal('keys.identifyHashes', { hashes: ['x'], keyIds: [] })).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
