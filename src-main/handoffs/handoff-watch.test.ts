import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { Handoff } from '#contract/handoffs.ts';
import type { TimestampMs } from '#contract/ids.ts';
import { keepWithdrawals } from '#main/backups/keep-withdrawals.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { createLogger } from '#main/platform/logger.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { openKeysDatabase } from '#main/sqlite/keys-database.ts';
import { openContent } from './content-seal.ts';
import { createHandoffDesk, type HandoffDesk } from './handoff-desk.ts';
import { type FirstUse, HandoffWatch } from './handoff-watch.ts';

const HOUR_MS = 3_600_000;
const VISITOR = { address: '203.0.113.9', agent: 'Browser' };

let world: TestWorld;
let subjects: TestSubjects;
let watch: HandoffWatch;
let desk: HandoffDesk;
let firstUse: FirstUse | null;
let asked = 0;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  firstUse = null;
  asked = 0;
  watch = new HandoffWatch({
    context: world.systemContext,
    firstUse: () => {
      asked += 1;
      return Promise.resolve(firstUse);
    },
    logger: createLogger({ write: () => undefined }),
  });
  desk = createHandoffDesk(world.systemContext, (work) => {
    work();
  });
});
afterEach(() => world.close());

async function handOff(changes: Partial<CallInput<'handoffs.create'>> = {}) {
  const { key, text } = await makeKey(world, subjects);
  const source = { kind: 'given', secret: text } as const;
  const input = { keyId: key.keyId, source, channel: 'link', recipientName: 'Dana', ...changes } as const;
  const made = await world.call('handoffs.create', input);
  return { key, text, ...made, token: (made.link ?? '').slice(-43), code: made.code ?? '' };
}

const get = (handoff: Handoff) => world.call('handoffs.get', { handoffId: handoff.id });
const reveal = (one: { token: string; code: string }) =>
  desk.reveal({ token: one.token, code: one.code, visitor: VISITOR }).kind;

describe('when nobody comes in time', () => {
  it('the content is destroyed, somebody is asked, and the secret stays good unless told otherwise', async () => {
    const one = await handOff();
    world.advance(24 * HOUR_MS - 1);
    watch.look();
    expect((await get(one.handoff)).state).toBe('prepared');
    world.advance(1);
    watch.look();
    watch.look();
    const now = await get(one.handoff);
    expect(now).toMatchObject({ state: 'expired', attention: 'unopened' });
    expect(now.timeline.map(({ kind }) => kind)).toEqual(['prepared', 'expired']);
    expect(world.db.handoffs.getContent(one.handoff.id)).toBe(null);
    expect((await world.call('keys.get', { keyId: one.key.keyId })).status).toBe('active');
    expect(reveal(one)).toBe('gone');
  });

  it('a new key whose secret nobody received is suspended if wished, and a new handoff resumes it', async () => {
    const one = await handOff({ onExpiry: 'withdraw_secret' });
    world.advance(24 * HOUR_MS);
    watch.look();
    const { keyId } = one.key;
    expect((await world.call('keys.get', { keyId })).status).toBe('suspended');
    expect((await get(one.handoff)).timeline.map(({ kind }) => kind)).toContain('secret_withdrawn');
    const again = await world.call('handoffs.resend', { handoffId: one.handoff.id });
    const key = await world.call('keys.get', { keyId });
    expect(key.status).toBe('active');
    expect(key.secrets.map(({ version, state }) => [version, state])).toEqual([
      [2, 'current'],
      [1, 'ended'],
    ]);
    expect(again.handoff.secretVersion).toBe(2);
  });

  it('a rotation whose new secret nobody received is undone if wished: no secret is made that nobody gets', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    const source = { kind: 'rotated', overlapMs: 72 * HOUR_MS } as const;
    const input = {
      keyId,
      source,
      channel: 'link',
      recipientName: 'Dana',
      onExpiry: 'withdraw_secret',
    } as const;
    await world.call('handoffs.create', input);
    world.advance(24 * HOUR_MS);
    watch.look();
    const now = await world.call('keys.get', { keyId });
    expect(now.status).toBe('active');
    expect(now.secrets.map(({ version, state }) => [version, state])).toEqual([
      [2, 'ended'],
      [1, 'current'],
    ]);
  });
});

describe('a secret that was revealed', () => {
  it('and not used for 48 hours asks for somebody, once', async () => {
    const one = await handOff();
    expect(reveal(one)).toBe('revealed');
    world.advance(48 * HOUR_MS - 1);
    watch.look();
    expect((await get(one.handoff)).attention).toBe(null);
    world.advance(1);
    watch.look();
    expect(await get(one.handoff)).toMatchObject({ state: 'revealed', attention: 'unused' });
    await world.call('handoffs.settle', { handoffId: one.handoff.id });
    world.advance(48 * HOUR_MS);
    watch.look();
    expect((await get(one.handoff)).attention).toBe(null);
  });

  it('is confirmed by a use since, whatever it asked for; the log is asked only when there may be one', async () => {
    const one = await handOff();
    world.db.lastUsed.touch(one.key.keyId, 1, world.nowMs());
    world.advance(1_000);
    reveal(one);
    await watch.confirmUsed();
    expect(asked).toBe(0);
    world.advance(48 * HOUR_MS);
    watch.look();
    world.db.lastUsed.touch(one.key.keyId, 1, world.nowMs());
    watch.noticeHandoffs();
    await watch.confirmUsed();
    expect(asked).toBe(1);
    expect((await get(one.handoff)).state).toBe('revealed');
    firstUse = { atMs: world.nowMs(), address: '198.51.100.7', agent: 'feed/1' };
    await watch.confirmUsed();
    expect(await get(one.handoff)).toMatchObject({
      state: 'confirmed',
      attention: null,
      endedAt: world.nowMs(),
    });
    watch.noticeHandoffs();
    await watch.confirmUsed();
    expect(asked).toBe(2);
  });

  it('by somebody before the reveal confirms nothing', async () => {
    const one = await handOff();
    world.db.lastUsed.touch(one.key.keyId, 1, (world.nowMs() + 5) as TimestampMs);
    firstUse = { atMs: world.nowMs(), address: null, agent: null };
    await watch.confirmUsed();
    expect((await get(one.handoff)).state).toBe('prepared');
  });
});

it('a restore brings back no link that was revealed or withdrawn since, and keeps those that still wait', async () => {
  const [revealed, withdrawn, waiting] = [await handOff(), await handOff(), await handOff()];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-restored-'));
  const copy = join(folder, 'copy');
  writeFileSync(copy, world.db.handle.serialize());
  reveal(revealed);
  await world.call('handoffs.withdraw', { handoffId: withdrawn.handoff.id });
  const restored = openKeysDatabase(copy);
  keepWithdrawals({ present: world.db, restored, nowMs: world.nowMs() });
  const stateOf = ({ handoff }: typeof revealed) => restored.handoffs.get(handoff.id)?.state;
  const contentOf = ({ handoff }: typeof revealed) => restored.handoffs.getContent(handoff.id);
  expect([stateOf(revealed), stateOf(withdrawn), stateOf(waiting)]).toEqual([
    'revealed',
    'withdrawn',
    'prepared',
  ]);
  expect([contentOf(revealed), contentOf(withdrawn)]).toEqual([null, null]);
  expect(contentOf(waiting)).not.toBe(null);
  restored.close();
  rmSync(folder, { recursive: true });
});

it('who has the store and the link cannot read the content without the code, nor with another pepper', async () => {
  const one = await handOff();
  const sealed = world.db.handoffs.getContent(one.handoff.id);
  const parts = { id: one.handoff.id, token: one.token, sealed: sealed ?? Buffer.alloc(0) };
  const wrong = 'amber-canal-otter-prism-lotus-tiger';
  expect(openContent(world.keyring, { ...parts, code: one.code })).toBe(one.text);
  expect(openContent(world.keyring, { ...parts, code: wrong })).toBe(null);
  expect(openContent(createKeyring(Buffer.alloc(32, 'other')), { ...parts, code: one.code })).toBe(null);
  expect(openContent(world.keyring, { ...parts, token: 'a'.repeat(43), code: one.code })).toBe(null);
});
