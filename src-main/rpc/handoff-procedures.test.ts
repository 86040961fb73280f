import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { Handoff } from '#contract/handoffs.ts';
import { DAY_MS } from '#contract/usage.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
const LINK = /^https:\/\/keys\.acme\.example\/h\/[0-9A-Za-z]{43}$/;
const CODE = /^[a-z]{3,8}(-[a-z]{3,8}){5}$/;

let world: TestWorld;
let subjects: TestSubjects;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example/' });
});
afterEach(() => world.close());

const RECIPIENT = { recipientName: 'Dana Doe', recipientContact: 'dana@acme.example' };

async function given(changes: Partial<CallInput<'handoffs.create'>> = {}) {
  const { key, text } = await makeKey(world, subjects);
  const source = { kind: 'given', secret: text } as const;
  const input = { keyId: key.keyId, source, channel: 'link', ...RECIPIENT, ...changes } as const;
  const made = await world.call('handoffs.create', input);
  return { key, text, ...made };
}

const get = (handoff: Pick<Handoff, 'id'>) => world.call('handoffs.get', { handoffId: handoff.id });
const secretsOf = async (keyId: Handoff['keyId']) =>
  (await world.call('keys.get', { keyId })).secrets.map(
    ({ version, state }) => `${String(version)} ${state}`,
  );
const setState = (handoff: Handoff, changes: object) => {
  const stored = must(world.db.handoffs.get(handoff.id), 'it is there');
  world.db.handoffs.update({ ...stored, ...changes });
};
const reveal = (handoff: Handoff) => {
  setState(handoff, { state: 'revealed', revealedAtMs: world.nowMs() });
};

describe('handoffs.create', () => {
  it('makes a link and a code of six words; the store holds neither, nor the secret', async () => {
    const { handoff, link, code, text } = await given({ message: 'For the feed', note: 'Asked on Monday' });
    expect(link).toMatch(LINK);
    expect(code).toMatch(CODE);
    expect(handoff).toMatchObject({
      state: 'prepared',
      channel: 'link',
      isBlind: false,
      secretVersion: 1,
      recipientName: 'Dana Doe',
      createdBy: 'The owner',
      expiresAt: world.nowMs() + DAY_MS,
    });
    expect((await get(handoff)).timeline).toMatchObject([{ kind: 'prepared', actorName: 'The owner' }]);
    const dump = world.db.handle.serialize();
    const token = must(link, 'a link').slice(-43);
    for (const hidden of [text, text.slice(-49), token, must(code, 'a code')]) {
      expect(dump.includes(hidden)).toBe(false);
    }
  });

  it('leaves an audit event without link, code and secret', async () => {
    const { handoff, link, code, text } = await given();
    const { items } = await world.call('audit.list', { filter: { subjectId: handoff.id } });
    expect(items).toMatchObject([{ action: 'handoffs.create', after: { keyId: handoff.keyId } }]);
    const told = JSON.stringify(items);
    for (const hidden of [text, must(link, 'a link').slice(-43), must(code, 'a code')]) {
      expect(told).not.toContain(hidden);
    }
  });

  it.each([
    [null, 'this machine only'],
    ['http://127.0.0.1:7420', "recipient's own machine"],
    ['https://localhost', "recipient's own machine"],
    ['https://[::1]:8443', "recipient's own machine"],
    ['https://app.localhost', "recipient's own machine"],
    ['http://keys.acme.example', 'begins with http'],
  ])('makes no link while the public address is %s, and says why', async (publicUrl, why) => {
    await world.call('settings.update', { publicUrl });
    const { key, text } = await makeKey(world, subjects);
    const source = { kind: 'given', secret: text };
    const input = { keyId: key.keyId, source, channel: 'link', ...RECIPIENT };
    const refused = await world.refusal('handoffs.create', input);
    expect(refused.code).toBe('HANDOFF_CHANNEL_BLOCKED');
    expect(refused.message).toContain(why);
    expect((await world.call('handoffs.channels', {})).link.blocked).toBe(refused.message);
    expect((await world.call('handoffs.list', {})).total).toBe(0);
    expect((await world.call('handoffs.create', { ...input, channel: 'clipboard' } as never)).link).toBe(
      null,
    );
  });

  it('a copy for a vault is logged as revealed, cannot expire and has no link', async () => {
    const { handoff, link, code } = await given({ channel: 'clipboard' });
    expect([link, code]).toEqual([null, null]);
    expect(handoff).toMatchObject({ state: 'revealed', expiresAt: null, revealedAt: world.nowMs() });
    expect((await get(handoff)).timeline.map(({ kind }) => kind)).toEqual(['copied']);
  });

  it('refuses a text that is not the secret of this key, an ended secret and the text of a key in a message', async () => {
    const { key } = await given();
    const other = await makeKey(world, subjects, { name: 'Other' });
    const base = { keyId: key.keyId, channel: 'link', ...RECIPIENT };
    const from = (secret: string) => ({ ...base, source: { kind: 'given', secret } });
    expect((await world.refusal('handoffs.create', from(other.text))).code).toBe('INVALID_INPUT');
    expect((await world.refusal('handoffs.create', from('nonsense'))).code).toBe('INVALID_INPUT');
    await world.call('keys.rotate', { keyId: other.key.keyId, overlapMs: 0 });
    const ended = { ...from(other.text), keyId: other.key.keyId };
    expect((await world.refusal('handoffs.create', ended)).code).toBe('WRONG_STATUS');
    const withText = { ...from(other.text), message: `Use ${other.text}` };
    const refused = await world.refusal('handoffs.create', withText);
    expect(refused.message).not.toContain(other.text);
  });

  it('rotates into a link that nobody has seen, in one transaction; an issuer may not', async () => {
    const { key } = await makeKey(world, subjects);
    const input = {
      keyId: key.keyId,
      source: { kind: 'rotated', overlapMs: HOUR_MS },
      channel: 'link',
      ...RECIPIENT,
    } as const;
    expect((await world.refusal('handoffs.create', input, 'issuer')).code).toBe('FORBIDDEN');
    const reply = await world.call('handoffs.create', input, 'admin');
    expect(reply.handoff).toMatchObject({ secretVersion: 2, isBlind: true });
    expect(JSON.stringify(reply)).not.toMatch(/lk_live_[a-z0-9]+_[0-9A-Za-z]{12}_[0-9A-Za-z]/);
    expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 retiring']);
    expect((await world.refusal('handoffs.create', input)).code).toBe('ROTATION_IN_PROGRESS');
    await world.call('settings.update', { publicUrl: null });
    await world.call('keys.endOverlap', { keyId: key.keyId });
    expect((await world.refusal('handoffs.create', input)).code).toBe('HANDOFF_CHANNEL_BLOCKED');
    expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 ended']);
  });
});

describe('handoffs.blindIssue', () => {
  const template = (isForIssuers: boolean) =>
    world.call('templates.create', {
      name: 'Feed',
      scopeIds: [subjects.scope.id],
      expiresInMs: 30 * DAY_MS,
      isForIssuers,
    });
  const input = (templateId: string) => ({
    templateId,
    applicationId: subjects.application.id,
    name: 'Unseen',
    environment: 'live' as const,
    ...RECIPIENT,
  });

  it('gives an issuer a key and a link, and no answer holds the secret', async () => {
    const { id } = await template(true);
    const reply = await world.call('handoffs.blindIssue', input(id), 'issuer');
    expect(reply.handoff).toMatchObject({ isBlind: true, secretVersion: 1, keyName: 'Unseen' });
    expect(reply.link).toMatch(LINK);
    const answers = [
      reply,
      await get(reply.handoff),
      await world.call('keys.get', { keyId: reply.key.keyId }),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/_[0-9A-Za-z]{49}\b/);
  });

  it('makes neither key nor handoff where one of them cannot be made', async () => {
    const { id } = await template(false);
    expect((await world.refusal('handoffs.blindIssue', input(id), 'issuer')).code).toBe('TEMPLATE_NOT_FOUND');
    await world.call('settings.update', { publicUrl: null });
    expect((await world.refusal('handoffs.blindIssue', input(id))).code).toBe('HANDOFF_CHANNEL_BLOCKED');
    expect((await world.call('keys.list', {})).total).toBe(0);
    expect((await world.call('handoffs.list', {})).total).toBe(0);
  });
});

describe('handoffs.withdraw', () => {
  it('destroys what the link carries and leaves the key alone; a second time it is refused', async () => {
    const { handoff, key } = await given();
    const input = { handoffId: handoff.id, reason: 'Wrong person' };
    expect(await world.call('handoffs.withdraw', input, 'issuer')).toMatchObject({ state: 'withdrawn' });
    expect(world.db.handoffs.getContent(handoff.id)).toBe(null);
    expect(await secretsOf(key.keyId)).toEqual(['1 current']);
    expect((await get(handoff)).timeline.at(-1)).toMatchObject({ kind: 'withdrawn', detail: 'Wrong person' });
    expect((await world.refusal('handoffs.withdraw', input)).code).toBe('WRONG_STATUS');
  });

  it('does not pretend to take back what was revealed, and refuses an unknown id', async () => {
    const { handoff } = await given();
    reveal(handoff);
    const refused = await world.refusal('handoffs.withdraw', { handoffId: handoff.id });
    expect(refused.message).toContain('rotation');
    const unknown = { handoffId: 'hnd_0000000000000000' };
    expect((await world.refusal('handoffs.withdraw', unknown)).code).toBe('HANDOFF_NOT_FOUND');
  });
});

describe('handoffs.withdrawAndRotate', () => {
  it.each(['prepared', 'revealed', 'confirmed'])(
    'ends a %s secret at once and shows a new one, once',
    async (state) => {
      const { handoff, key, text } = await given();
      setState(handoff, { state });
      const reply = await world.call('handoffs.withdrawAndRotate', { handoffId: handoff.id });
      expect(reply.handoff.state).toBe('withdrawn');
      expect(reply.secret).toMatch(/^lk_live_datafeed_/);
      expect(reply.secret).not.toBe(text);
      expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 ended']);
    },
  );

  it('leaves the secret alone that is still in use because of a rotation', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    const source = { kind: 'rotated', overlapMs: 5 * HOUR_MS } as const;
    const { handoff } = await world.call('handoffs.create', { keyId, source, channel: 'link', ...RECIPIENT });
    const endsAt = world.nowMs() + 5 * HOUR_MS;
    world.advance(HOUR_MS);
    await world.call('handoffs.withdrawAndRotate', { handoffId: handoff.id });
    expect(await secretsOf(keyId)).toEqual(['3 current', '2 ended', '1 retiring']);
    expect((await world.call('keys.get', { keyId })).overlapEndsAt).toBe(endsAt);
  });

  it('does not end another secret than the one it handed off', async () => {
    const { handoff, key } = await given();
    reveal(handoff);
    await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
    const refused = await world.refusal('handoffs.withdrawAndRotate', { handoffId: handoff.id });
    expect(refused.code).toBe('WRONG_STATUS');
    expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 ended']);
    expect((await get(handoff)).state).toBe('revealed');
  });
});

describe('handoffs.resend', () => {
  it('sends a new secret in a new link and replaces the one that nobody received', async () => {
    const { handoff, key, link } = await given();
    const again = await world.call(
      'handoffs.resend',
      { handoffId: handoff.id, expiresInMs: HOUR_MS },
      'issuer',
    );
    expect(again.link).not.toBe(link);
    expect(again.handoff).toMatchObject({
      recipientName: 'Dana Doe',
      secretVersion: 2,
      isBlind: true,
      expiresAt: world.nowMs() + HOUR_MS,
    });
    expect(await get(handoff)).toMatchObject({ state: 'withdrawn', replacedBy: again.handoff.id });
    expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 ended']);
    expect((await world.refusal('handoffs.resend', { handoffId: handoff.id })).code).toBe('WRONG_STATUS');
  });

  it('asks for an admin where the secret may be in use, and ends it unless told otherwise', async () => {
    const { handoff, key } = await given();
    reveal(handoff);
    expect((await world.refusal('handoffs.resend', { handoffId: handoff.id }, 'issuer')).code).toBe(
      'FORBIDDEN',
    );
    await world.call('handoffs.resend', { handoffId: handoff.id, overlapMs: HOUR_MS }, 'admin');
    expect(await secretsOf(key.keyId)).toEqual(['2 current', '1 retiring']);
  });

  it('an expired one is sent again too; one that is in use is not', async () => {
    const { handoff } = await given();
    world.advance(DAY_MS);
    expect((await get(handoff)).state).toBe('expired');
    const again = await world.call('handoffs.resend', { handoffId: handoff.id });
    expect((await get(handoff)).state).toBe('expired');
    setState(again.handoff, { state: 'confirmed' });
    expect((await world.refusal('handoffs.resend', { handoffId: again.handoff.id })).code).toBe(
      'WRONG_STATUS',
    );
  });
});

describe('handoffs.list', () => {
  it('pages newest first, and filters by key, state, channel, attention and text', async () => {
    const first = await given();
    world.advance(1_000);
    const second = await given({ recipientName: 'Émile', channel: 'clipboard' });
    setState(second.handoff, { attention: 'unused' });
    const ids = async (filter: CallInput<'handoffs.list'>['filter']) =>
      (await world.call('handoffs.list', { filter })).items.map(({ id }) => id);
    const page = await world.call('handoffs.list', { limit: 1 });
    expect(page).toMatchObject({ total: 2, attention: 1, items: [{ id: second.handoff.id }] });
    const next = await world.call('handoffs.list', { limit: 1, cursor: page.nextCursor ?? '' });
    expect(next.items.map(({ id }) => id)).toEqual([first.handoff.id]);
    expect(next.nextCursor).toBe(null);
    expect(await ids({ keyId: first.key.keyId })).toEqual([first.handoff.id]);
    expect(await ids({ state: ['revealed'] })).toEqual([second.handoff.id]);
    expect(await ids({ channel: 'link' })).toEqual([first.handoff.id]);
    expect(await ids({ needsAttention: true })).toEqual([second.handoff.id]);
    expect(await ids({ text: 'mile' })).toEqual([second.handoff.id]);
    world.advance(DAY_MS);
    expect(await ids({ state: ['expired'] })).toEqual([first.handoff.id]);
    expect((await world.refusal('handoffs.list', { cursor: 'nonsense' })).code).toBe('INVALID_INPUT');
  });
});

describe('handoffs.settle', () => {
  it('takes away what it asks for, once', async () => {
    const { handoff } = await given();
    setState(handoff, { attention: 'unopened' });
    expect(await world.call('handoffs.settle', { handoffId: handoff.id })).toMatchObject({ attention: null });
    expect((await world.refusal('handoffs.settle', { handoffId: handoff.id })).code).toBe('WRONG_STATUS');
  });
});
