import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssueRow } from '#contract/issue-list.ts';
import { startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { createHandoffDesk } from '#main/handoffs/handoff-desk.ts';
import { must } from '#main/platform/must.ts';
import { deskOf } from './notice-world.test-support.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
let notices: NoticeDesk;
beforeEach(async () => {
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(notices) }));
  notices = deskOf(() => world);
  subjects = await makeSubjects(world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  await world.call('templates.create', {
    ...{ name: 'Feed', scopeIds: [subjects.scope.id], expiresInMs: 90 * 86_400_000 },
  });
});
afterEach(() => {
  notices.close();
  world.close();
});

const HEAD = 'Team,Application,Contact,Template,Environment,Key';
const preview = (...lines: readonly string[]) =>
  world.call('handoffs.previewList', { text: [HEAD, ...lines].join('\n') });
const LINES = [
  'Acme,Data feed,feed@acme.example,Feed,live,Spring feed',
  'Acme,Orders,orders@acme.example,Feed,test,',
  'Bolt,Shop,dev@bolt.example,Feed,live,',
];

function issue(row: IssueRow, changes: { readonly delivery?: 'link' | 'recipient_key' } = {}) {
  const { team, application, contact, template, environment, keyName, tier } = row;
  const line = { team, application, contact, template, environment, keyName, tier };
  return world.call('handoffs.issueLine', { ...line, delivery: 'link', ...changes });
}
const countOf = () => ({
  partners: world.db.partners.list().length,
  applications: world.db.applications.list(null).length,
  handoffs: world.db.handoffList.count({}, world.nowMs()),
});

describe('a list of teams', () => {
  it('is shown line by line before anything is made: what is new, what is there, and what cannot be', async () => {
    const before = countOf();
    const { rows, problems, isMailOn } = await preview(
      ...LINES,
      'Bolt,Shop,nobody,Feed,live,',
      'Bolt,Desk,dev@bolt.example,Nothing,live,',
      'Bolt,Shop,dev@bolt.example,Feed,staging,',
      '=cmd(),Shop,dev@bolt.example,Feed,live,',
      'Bolt,shop,other@bolt.example,Feed,live,shop',
      'Bolt,"Shop,dev@bolt.example,Feed,live,',
    );
    expect(isMailOn).toBe(false);
    expect(
      rows.map(({ line, isNewTeam, isNewApplication, keyName }) => [
        line,
        isNewTeam,
        isNewApplication,
        keyName,
      ]),
    ).toEqual([
      [2, false, false, 'Spring feed'],
      [3, false, true, 'Orders'],
      [4, true, true, 'Shop'],
    ]);
    expect(problems.map(({ line, message }) => `${String(line)} ${message.slice(0, 30)}`)).toEqual([
      '5 Contact: Enter an e-mail addre',
      '6 Template: There is none that i',
      '7 Environment: Say live or test.',
      '8 Team: Begins like a formula of',
      '9 The same key as in line 4.',
      '10 A quotation mark is never clos',
    ]);
    expect(countOf()).toEqual(before);
  });

  it('without its columns, empty or too long is refused as a whole', async () => {
    for (const text of [
      'Team,Application\nA,B',
      'Team,What,Contact\nA,B,C',
      `${HEAD}${'\nA,B,c@d.example,Feed,live,'.repeat(1_001)}`,
    ]) {
      expect((await world.refusal('handoffs.previewList', { text })).code).toBe('IMPORT_UNREADABLE');
    }
  });

  it('makes each key once, however often it is sent: one that was cut off goes on where it stopped', async () => {
    const [first, second, third] = (await preview(...LINES)).rows;
    const made = await issue(must(first, 'a row'));
    await issue(must(second, 'a row'));
    // Cut off here, and sent again as a whole.
    const again = (await preview(...LINES)).rows;
    expect(again.map(({ kind, handoffState }) => [kind, handoffState])).toEqual([
      ['there', 'prepared'],
      ['there', 'prepared'],
      ['issue', null],
    ]);
    for (const row of again) await issue(row);
    const after = countOf();
    expect(after).toEqual({ partners: 2, applications: 3, handoffs: 3 });
    expect(await issue(must(third, 'a row'))).toMatchObject({ kind: 'there', link: null });
    expect(await issue(must(first, 'a row'))).toMatchObject({ kind: 'there', keyId: made.keyId });
    expect(countOf()).toEqual(after);
    // A key that was revoked is no key that is there.
    await world.call('keys.revoke', { keyId: made.keyId, reason: 'no_longer_needed' });
    expect((await issue(must(first, 'a row'))).kind).toBe('issued');
  });

  it('leaves nothing behind of a line that cannot be issued', async () => {
    const [row] = (await preview(LINES[2] ?? '')).rows;
    const before = countOf();
    const {
      line: _line,
      kind: _kind,
      isNewTeam: _team,
      isNewApplication: _app,
      ...rest
    } = must(row, 'a row');
    const { keyId: _key, handoffId: _handoff, handoffState: _state, ...fields } = rest;
    const sealed = { ...fields, delivery: 'recipient_key' };
    expect((await world.refusal('handoffs.issueLine', sealed)).code).toBe('RECIPIENT_KEY_MISSING');
    await world.call('settings.update', { publicUrl: null });
    const linked = { ...fields, delivery: 'link' };
    expect((await world.refusal('handoffs.issueLine', linked)).code).toBe('HANDOFF_CHANNEL_BLOCKED');
    expect((await world.refusal('handoffs.issueLine', linked, 'issuer')).code).toBe('FORBIDDEN');
    expect(countOf()).toEqual(before);
  });
});

describe('what a line makes', () => {
  it('reaches its contact by link and words, which come by two ways, and nobody of ours sees the secret', async () => {
    const [row] = (await preview(LINES[2] ?? '')).rows;
    const made = await issue(must(row, 'a row'));
    expect(made).toMatchObject({
      handoff: { isBlind: true, isCodeHeld: true, recipientContact: 'dev@bolt.example' },
    });
    const { code } = await world.call('handoffs.takeCode', { handoffId: must(made.handoff, 'a handoff').id });
    const desk = createHandoffDesk(world.systemContext, (work) => {
      work();
    });
    const visitor = { address: null, agent: null };
    const token = must(made.link, 'a link').slice(-43);
    const revealed = desk.reveal({ token, code: must(code, 'words'), visitor });
    const secret = revealed.kind === 'revealed' ? revealed.secret : '';
    expect(secret).toContain('live');
    expect(world.db.handle.serialize().includes(secret)).toBe(false);
    expect(JSON.stringify(made)).not.toContain(secret);
  });

  it('goes by mail where mail is on, and the link is then in no answer; or into a file for the recipient key', async () => {
    const mails: ReceivedMail[] = [];
    const { port, close } = await startMailServer(mails);
    await world.call('notices.updateMail', {
      ...{ isOn: true, host: 'localhost', port, security: 'none', user: '', from: 'keys@us.example' },
      ...{ to: [], kinds: [], contactKinds: [] },
    });
    const [, orders, shop] = (await preview(...LINES)).rows;
    const made = await issue(must(shop, 'a row'));
    expect(made).toMatchObject({ link: null, mailedTo: 'dev@bolt.example' });
    await notices.look();
    await close();
    expect(mails).toMatchObject([{ to: ['dev@bolt.example'] }]);
    expect(mails[0]?.text.replaceAll('=\r\n', '')).toMatch(
      /https:\/\/keys\.acme\.example\/h\/[0-9A-Za-z]{43}/,
    );
    await world.call('partners.update', {
      partnerId: subjects.partner.id,
      recipientKey: 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj',
    });
    const sealed = await issue(must(orders, 'a row'), { delivery: 'recipient_key' });
    expect(sealed.file?.text).toContain('BEGIN AGE ENCRYPTED FILE');
    expect(sealed.handoff).toMatchObject({ channel: 'sealed_file', isCodeHeld: false });
  });
});
