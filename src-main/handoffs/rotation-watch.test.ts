import { describe, expect, it } from 'vitest';
import { must } from '#main/platform/must.ts';
import { makeKey } from '#main/rpc/test-subjects.ts';
import { CONSENT, MAIL, useRotationWorld } from './rotation-world.test-support.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const r = useRotationWorld();
const { consent, state, handoffs, secrets, isOldGood, look, pass, untilDue, linkIn, takeCode, reveal } = r;

describe('a rotation that was agreed to', () => {
  it('goes by mail to the contact, its words to whoever passes them on, and ends the old secret after the first use of the new one', async () => {
    await consent();
    r.world.advance(29 * DAY_MS);
    await look();
    expect(r.mails).toEqual([]);
    await pass(DAY_MS);
    expect(r.mails).toMatchObject([{ to: ['feed@acme.example'] }]);
    const [handoff] = await handoffs();
    expect(handoff).toMatchObject({
      isBlind: true,
      isCodeHeld: true,
      createdBy: 'Latchkey',
      state: 'prepared',
    });
    expect(await r.world.call('handoffs.list', { filter: { needsAttention: true } })).toMatchObject({
      attention: 1,
      total: 1,
    });
    const code = await takeCode(handoff);
    expect((await r.world.call('handoffs.list', {})).attention).toBe(0);
    expect(r.mails[0]?.text).not.toContain(code);
    expect((await r.world.refusal('handoffs.takeCode', { handoffId: handoff?.id })).code).toBe(
      'WRONG_STATUS',
    );
    const revealed = reveal(linkIn(r.mails[0]), code);
    const secret = revealed.kind === 'revealed' ? revealed.secret : '';
    expect(secret).not.toBe('');
    expect(secret).not.toBe(r.oldText);
    await pass(5 * DAY_MS);
    expect((await handoffs())[0]?.state).toBe('revealed');
    // Used for the first time.
    r.world.db.lastUsed.touch(r.key.keyId, 2, r.world.nowMs());
    r.seeFirstUse({ atMs: r.world.nowMs(), address: null, agent: null });
    await look();
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: r.world.nowMs() + CONSENT.overlapMs });
    expect((await state()).run).toBeNull();
    r.world.advance(CONSENT.overlapMs);
    expect(isOldGood()).toBe(false);
    const kept = r.world.db.handle.serialize().toString('latin1');
    const trail = JSON.stringify(await r.world.call('audit.list', {}));
    for (const hidden of [secret, code, linkIn(r.mails[0])]) {
      expect(kept).not.toContain(hidden);
      expect(trail).not.toContain(hidden);
    }
  });

  it('of a contact that does not come is reminded of once a link and taken back, each time anew, until somebody is asked', async () => {
    await consent();
    await untilDue();
    await pass(4 * DAY_MS + 12 * HOUR_MS);
    expect(r.mails).toHaveLength(4);
    expect(r.mails.filter(({ text }) => /\/h\//.test(text))).toHaveLength(2);
    expect((await state()).run).toMatchObject({
      state: 'given_up',
      tries: 2,
      problem: 'Nobody came for the new secret, after 2 links.',
    });
    expect((await handoffs()).map(({ attention }) => attention)).toEqual(['unopened', 'unopened']);
    expect(secrets().filter(({ endsAtMs }) => endsAtMs === null)).toEqual([{ version: 1, endsAtMs: null }]);
    await pass(4 * DAY_MS);
    expect(r.mails).toHaveLength(4);
    // Agreed to once more: it begins anew.
    await consent();
    await look();
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('that nobody ever used is taken back before the old secret would end', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    expect(reveal(linkIn(r.mails[0]), await takeCode(handoff)).kind).toBe('revealed');
    r.world.advance(28 * DAY_MS);
    await pass(3 * DAY_MS);
    expect((await state()).run?.state).toBe('given_up');
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: null });
  });

  it('is not taken back where verification saw the new secret used, though the log has no request that confirms it', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    expect(reveal(linkIn(r.mails[0]), await takeCode(handoff)).kind).toBe('revealed');
    r.world.advance(DAY_MS);
    r.world.db.lastUsed.touch(r.key.keyId, 2, r.world.nowMs());
    await look();
    expect((await state()).run?.state).toBe('waiting');
    r.world.advance(28 * DAY_MS + HOUR_MS);
    await look();
    expect(secrets()).toContainEqual({ version: 2, endsAtMs: null });
    expect((await state()).run).toBeNull();
  });

  it('ends with five wrong codes or a withdrawal: the old secret goes on and no further link is sent', async () => {
    await consent();
    await untilDue();
    for (let tries = 0; tries < 5; tries += 1) reveal(linkIn(r.mails[0]), 'wrong words');
    await pass(DAY_MS);
    expect((await state()).run).toMatchObject({
      state: 'given_up',
      problem: 'Five wrong codes were entered.',
    });
    await consent();
    await look();
    const [second] = await handoffs();
    await r.world.call('handoffs.withdraw', { handoffId: must(second, 'another').id, reason: null });
    await pass(DAY_MS);
    expect((await state()).run).toMatchObject({ state: 'given_up', problem: 'The handoff was withdrawn.' });
    expect(r.mails.filter(({ text }) => /\/h\//.test(text))).toHaveLength(2);
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: null });
  });

  it('goes on with the handoff that somebody sent in its place', async () => {
    await consent();
    await untilDue();
    const [first] = await handoffs();
    await r.world.call('handoffs.resend', { handoffId: must(first, 'the first').id });
    await pass(12 * HOUR_MS);
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
    expect((await handoffs()).find(({ secretVersion }) => secretVersion === 3)?.state).toBe('prepared');
  });
});

it('who wants notices is told once that words wait to be passed on, and not that the rotation is due', async () => {
  const kinds = ['handoff_code', 'rotation_due'] as const;
  await r.world.call('notices.updateMail', { ...MAIL, port: r.port, to: ['ops@us.example'], kinds });
  await consent();
  await untilDue();
  await pass(DAY_MS);
  const told = r.mails.filter(({ to }) => to[0] === 'ops@us.example');
  expect(told).toHaveLength(1);
  expect(told[0]?.text.replaceAll('=\r\n', '')).toContain(
    'Its six words wait for one of you who passes them on.',
  );
});

describe('a rotation is not begun', () => {
  it('while mail is off or nobody outside reaches the links: that is told once, and tried again within the hour', async () => {
    await consent();
    await r.world.call('notices.updateMail', { ...MAIL, port: r.port, isOn: false });
    await untilDue();
    await pass(DAY_MS);
    expect(await state()).toMatchObject({
      obstacle: 'Mail is off: nobody would get the link. Settings, Notices sets it up.',
      run: { state: 'again', tries: 0, handoffId: null },
    });
    const trail = (await r.world.call('audit.list', {})).items.filter(
      ({ action }) => action === 'rotations.wait',
    );
    expect(trail).toHaveLength(1);
    expect(secrets()).toHaveLength(1);
    await r.world.call('notices.updateMail', { ...MAIL, port: r.port });
    await pass(6 * HOUR_MS);
    expect(r.mails).toHaveLength(1);
  });

  it('for an application whose contact has no address: that is told, and the keys of others are rotated all the same', async () => {
    await consent();
    r.world.advance(HOUR_MS);
    const other = await r.world.call('applications.create', {
      ...{
        partnerId: r.subjects.partner.id,
        name: 'Other',
        slug: 'other',
        contactEmail: 'other@acme.example',
      },
    });
    const later = await makeKey(r.world, r.subjects, {
      ...{ applicationId: other.id, rotateEveryMs: 30 * DAY_MS, expiresAt: null },
    });
    await r.world.call('rotations.setHandoff', {
      ...{ owner: { kind: 'key', keyId: later.key.keyId }, consent: CONSENT },
    });
    r.world.db.handle
      .prepare(`UPDATE applications SET contact_email = '' WHERE id = ?`)
      .run(r.subjects.application.id);
    r.world.advance(31 * DAY_MS);
    await look();
    expect(r.mails).toMatchObject([{ to: ['other@acme.example'] }]);
    expect((await state()).run).toMatchObject({
      state: 'again',
      problem: 'Its application has no contact with an address: nobody would get the link.',
    });
    expect(await handoffs()).toEqual([]);
    expect(secrets()).toEqual([{ version: 1, endsAtMs: null }]);
  });

  it('for as long as another one fails: a run that cannot be carried on holds up no other key', async () => {
    await consent();
    r.world.db.handle.pragma('foreign_keys = OFF');
    const broken = await makeKey(r.world, r.subjects, { expiresAt: null });
    r.world.db.handle
      .prepare(
        `INSERT INTO rotation_runs (key_id, state, base_version, tries, handoff_id, next_at_ms, is_reminded, problem)
         VALUES (?, 'waiting', 1, 1, NULL, NULL, 0, NULL)`,
      )
      .run(broken.key.keyId);
    r.world.advance(30 * DAY_MS);
    await expect(look()).rejects.toThrow('a link is out');
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('for a key that ends before its contact could come: no link is mailed that dies within the minute', async () => {
    await consent();
    await r.world.call('keys.update', { keyId: r.key.keyId, expiresAt: r.world.nowMs() + 32 * DAY_MS });
    r.world.advance(30 * DAY_MS + HOUR_MS);
    await look();
    await look();
    expect(r.mails).toEqual([]);
    expect(secrets()).toEqual([{ version: 1, endsAtMs: null }]);
    await r.world.call('keys.update', { keyId: r.key.keyId, expiresAt: r.world.nowMs() + 60 * DAY_MS });
    await look();
    await look();
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('without consent, for a suspended key, or where the key says no and its template yes', async () => {
    const template = await r.world.call('templates.create', { name: 'Feed', expiresInMs: null });
    await r.world.call('rotations.setHandoff', {
      owner: { kind: 'template', templateId: template.id },
      consent: CONSENT,
    });
    await untilDue();
    await pass(DAY_MS);
    expect(r.mails).toEqual([]);
    await r.world.call('keys.update', { keyId: r.key.keyId, templateId: template.id });
    await consent({ isOn: false });
    await look();
    expect(r.mails).toEqual([]);
    await r.world.call('rotations.setHandoff', { owner: { kind: 'key', keyId: r.key.keyId }, consent: null });
    await r.world.call('keys.suspend', { keyId: r.key.keyId, reason: 'Odd' });
    await look();
    expect(r.mails).toEqual([]);
    await r.world.call('keys.resume', { keyId: r.key.keyId });
    await look();
    expect(await state()).toMatchObject({ own: null, inherited: CONSENT, run: { state: 'waiting' } });
    expect(r.mails).toHaveLength(1);
  });

  it('by an issuer or viewer, nor for a child key', async () => {
    const input = { owner: { kind: 'key', keyId: r.key.keyId }, consent: CONSENT };
    expect((await r.world.refusal('rotations.setHandoff', input, 'issuer')).code).toBe('FORBIDDEN');
    const long = { ...input, consent: { ...CONSENT, linkMs: HOUR_MS } };
    expect((await r.world.refusal('rotations.setHandoff', long)).code).toBe('INVALID_INPUT');
    const { key: parent } = await makeKey(r.world, r.subjects, { name: 'Parent', expiresAt: null });
    r.world.db.handle.prepare('UPDATE keys SET parent_id = ? WHERE id = ?').run(parent.keyId, r.key.keyId);
    expect((await r.world.refusal('rotations.setHandoff', input)).code).toBe('WRONG_STATUS');
    expect(await state()).toEqual({
      ...{ own: null, inherited: null, run: null },
      obstacle: 'A child key lives and ends with its parent: it is not rotated.',
    });
  });
});
