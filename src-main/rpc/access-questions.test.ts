import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUESTIONS_MAX, STALE_REQUEST_MS } from '#contract/access-requests.ts';
import { createAccessDesk } from '#main/access-requests/access-desk.ts';
import { must } from '#main/platform/must.ts';
import { ask, type Asked } from './access-world.test-support.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
});
afterEach(() => world.close());

const desk = () => createAccessDesk(world.systemContext);
const get = ({ id }: Pick<Asked, 'id'>) => world.call('accessRequests.get', { accessRequestId: id });
const question = ({ id }: Pick<Asked, 'id'>, text = 'Which shops?') =>
  world.call('accessRequests.ask', { accessRequestId: id, question: text }, 'issuer');
const answer = (token: string, place: number, text = 'All of them.') =>
  desk().answer(token, { text, place: String(place) })?.outcome.kind;
const merge = (one: Pick<Asked, 'id'>, into: Pick<Asked, 'id'>) =>
  world.call('accessRequests.merge', { accessRequestId: one.id, intoId: into.id }, 'issuer');

describe('accessRequests.ask', () => {
  it('waits for the applicant, who answers each question once; then the request is open again and is fresh', async () => {
    const asked = ask(world);
    world.advance(STALE_REQUEST_MS + 1);
    expect((await question(asked)).accessRequest).toMatchObject({ state: 'asked', isStale: false });
    expect(await world.call('accessRequests.list', {})).toMatchObject({ open: 0, all: 1 });
    expect(desk().status(asked.token)).toMatchObject({ state: 'asked', questionPlace: 0 });
    expect(answer(asked.token, 7)).toBe('late');
    expect(answer(asked.token, 0)).toBe('answered');
    expect(answer(asked.token, 0)).toBe('late');
    const after = await get(asked);
    expect(after).toMatchObject({ state: 'open', isStale: false, answeredAt: world.nowMs() });
    expect(after.thread).toMatchObject([
      { author: 'The issuer', text: 'Which shops?' },
      { author: null, text: 'All of them.' },
    ]);
    const trail = await world.call('audit.list', { filter: { subjectId: asked.id } });
    expect(trail.items.map(({ action }) => action).slice(0, 2)).toEqual([
      'accessRequests.answer',
      'accessRequests.ask',
    ]);
  });

  it('the link of the message leads to the page of the request, whoever reads it, and is stored nowhere', async () => {
    const asked = ask(world);
    const { notice } = await question(asked);
    const text = must(notice?.text, 'mail is off');
    const token = must(/request-access\/([0-9A-Za-z]{43})\n/.exec(text)?.[1], 'a link');
    expect(text).toContain('https://keys.acme.example/request-access/');
    expect(token).not.toBe(asked.token);
    expect(world.db.handle.serialize().includes(token)).toBe(false);
    expect(desk().status(token)?.reference).toBe(asked.reference);
    expect(answer(token, 0)).toBe('answered');
    expect(desk().status(asked.token)?.thread).toHaveLength(2);
    await world.call('settings.update', { publicUrl: null });
    const { notice: without } = await question(asked);
    expect(without?.text).toContain('whose address you saw when you sent it');
  });

  it('is one question at a time, at most five, and none of a decided request', async () => {
    const asked = ask(world);
    for (let round = 0; round < QUESTIONS_MAX; round += 1) {
      await question(asked);
      const again = { accessRequestId: asked.id, question: 'And?' };
      expect(await world.refusal('accessRequests.ask', again)).toMatchObject({ code: 'WRONG_STATUS' });
      expect(answer(asked.token, 2 * round)).toBe('answered');
    }
    const more = { accessRequestId: asked.id, question: 'And?' };
    expect((await world.refusal('accessRequests.ask', more)).message).toContain('was asked 5 times');
    await world.call('accessRequests.reject', { accessRequestIds: [asked.id], reason: 'No' });
    expect((await world.refusal('accessRequests.ask', more)).code).toBe('WRONG_STATUS');
  });

  it('is refused to viewers, and neither question nor answer may hold a key', async () => {
    const { secret } = await world.call('keys.create', {
      applicationId: subjects.application.id,
      name: 'K',
      environment: 'test',
      expiresAt: null,
      noExpiryReason: 'Test',
    });
    const asked = ask(world);
    const input = { accessRequestId: asked.id, question: 'Which?' };
    expect((await world.refusal('accessRequests.ask', input, 'viewer')).code).toBe('FORBIDDEN');
    const withKey = { ...input, question: `Is it ${secret ?? ''}?` };
    expect((await world.refusal('accessRequests.ask', withKey)).code).toBe('INVALID_INPUT');
    await question(asked);
    const sent = desk().answer(asked.token, { text: `Mine is ${secret ?? ''}`, place: '0' });
    expect(sent?.outcome).toMatchObject({ kind: 'unread' });
    expect(JSON.stringify(sent)).not.toContain(secret);
    expect(answer(asked.token, 0, '  ')).toBe('unread');
    expect(answer(asked.token, 0, 'x'.repeat(2_001))).toBe('unread');
    expect((await get(asked)).state).toBe('asked');
  });

  it('a request that waits for its applicant can be decided, and an answer after that is not taken', async () => {
    const asked = ask(world);
    await question(asked);
    await world.call('accessRequests.reject', { accessRequestIds: [asked.id], reason: 'Took too long' });
    expect(answer(asked.token, 0)).toBe('late');
    expect(desk().status(asked.token)).toMatchObject({ state: 'rejected', questionPlace: null });
  });
});

describe('accessRequests.merge', () => {
  it('closes one of two, whose applicant reads what comes of the other, and opens it again', async () => {
    const [one, other] = [ask(world), ask(world, { contact: 'b@bolt.example' })];
    await merge(other, one);
    expect(desk().status(other.token)).toMatchObject({
      state: 'merged',
      into: { reference: one.reference, state: 'open', answer: '' },
    });
    expect((await get(one)).merged).toMatchObject([{ id: other.id, contactEmail: 'b@bolt.example' }]);
    expect(await get(other)).toMatchObject({ state: 'merged', mergedInto: { reference: one.reference } });
    expect((await get(one)).similar).toEqual([]);
    await world.call('accessRequests.reject', { accessRequestIds: [one.id], reason: 'Use the feed.' });
    expect(desk().status(other.token)?.into).toMatchObject({ state: 'rejected', answer: 'Use the feed.' });
    await world.call('accessRequests.unmerge', { accessRequestId: other.id });
    expect(desk().status(other.token)).toMatchObject({ state: 'open', into: null });
    expect((await get(one)).merged).toEqual([]);
  });

  it('a merged request confirms no contact and is granted nothing of its own', async () => {
    const [one, other] = [ask(world), ask(world)];
    const code = await world.call('accessRequests.makeCode', { accessRequestId: other.id });
    const digits = must(/\d{3} \d{3} \d{3}/.exec(code.notice?.text ?? ''), 'a code')[0];
    await merge(other, one);
    expect(desk().enterCode(other.token, digits)?.outcome.kind).toBe('none');
    const decide = { accessRequestIds: [other.id], reason: 'No' };
    expect((await world.refusal('accessRequests.reject', decide)).code).toBe('WRONG_STATUS');
    const confirm = { accessRequestId: other.id, reason: 'By phone' };
    expect((await world.refusal('accessRequests.confirmContact', confirm)).code).toBe('WRONG_STATUS');
  });

  it('what was merged follows, and nothing is merged into itself, into a merged one, or twice', async () => {
    const [one, two, three] = [ask(world), ask(world), ask(world)];
    await merge(one, two);
    const refusals = async (input: { accessRequestId: string; intoId: string }) =>
      (await world.refusal('accessRequests.merge', input)).code;
    expect(await refusals({ accessRequestId: three.id, intoId: three.id })).toBe('INVALID_INPUT');
    expect(await refusals({ accessRequestId: three.id, intoId: one.id })).toBe('WRONG_STATUS');
    expect(await refusals({ accessRequestId: one.id, intoId: three.id })).toBe('WRONG_STATUS');
    await merge(two, three);
    expect((await get(three)).merged.map(({ id }) => id).toSorted()).toEqual([one.id, two.id].toSorted());
    expect(desk().status(one.token)?.into?.reference).toBe(three.reference);
    const open = { accessRequestId: three.id };
    expect((await world.refusal('accessRequests.unmerge', open)).code).toBe('WRONG_STATUS');
  });
});
