import { describe, expect, it } from 'vitest';
import { makeKey } from '#main/rpc/test-subjects.ts';
import { reprieveOverlaps } from './reprieve-overlaps.ts';
import { CONSENT, useRotationWorld } from './rotation-world.test-support.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const r = useRotationWorld();
const { consent, state, handoffs, secrets, isOldGood, look, pass, untilDue, linkIn, takeCode, reveal } = r;

it('what was agreed to for the keys of a template goes with the template', async () => {
  const template = await r.world.call('templates.create', { name: 'Feed', expiresInMs: null });
  const owner = { kind: 'template', templateId: template.id } as const;
  await r.world.call('rotations.setHandoff', { owner, consent: CONSENT });
  const consents = () => r.world.db.handle.prepare('SELECT owner_id FROM rotation_consents').all();
  expect(consents()).toEqual([{ owner_id: template.id }]);
  await r.world.call('templates.delete', { templateId: template.id });
  expect(consents()).toEqual([]);
});

describe('a key that is given to another owner while a link is out', () => {
  const give = {
    key: async () => {
      const { id } = await kiosk();
      await r.world.call('keys.transfer', { keyIds: [r.key.keyId], applicationId: id });
    },
    application: async () => {
      const { partnerId } = await kiosk();
      await r.world.call('applications.transfer', {
        ...{ applicationId: r.subjects.application.id, partnerId, contactEmail: 'new@bolt.example' },
      });
    },
    'part of an application': () =>
      r.world.call('applications.split', {
        ...{ applicationId: r.subjects.application.id, name: 'Half', slug: 'half' },
        ...{ contactEmail: 'half@acme.example', keyIds: [r.key.keyId] },
      }),
  } as const;
  const kiosk = async () => {
    const partner = await r.world.call('partners.create', {
      ...{ name: 'Bolt', tier: 'external', contactEmail: 'api@bolt.example' },
    });
    return r.world.call('applications.create', {
      ...{ partnerId: partner.id, name: 'Kiosk', slug: 'kiosk', contactEmail: 'kiosk@bolt.example' },
    });
  };

  it.each(Object.keys(give) as (keyof typeof give)[])(
    'as a %s: the former owner reads no new secret by it, the old secret goes on, and the new contact gets a link',
    async (what) => {
      await consent();
      await untilDue();
      const [handoff] = await handoffs();
      const code = await takeCode(handoff);
      const token = linkIn(r.mails[0]);
      r.world.advance(1);
      await give[what]();
      expect(reveal(token, code).kind).not.toBe('revealed');
      expect((await handoffs())[0]?.state).toBe('withdrawn');
      const again = await r.world.refusal('handoffs.resend', { handoffId: handoff?.id });
      expect(again.message).toContain('was given to another owner since');
      expect(secrets().filter(({ endsAtMs }) => endsAtMs === null)).toEqual([{ version: 1, endsAtMs: null }]);
      await look();
      const links = r.mails.filter(({ text }) => /\/h\//.test(text));
      expect(links).toHaveLength(2);
      expect(links[1]?.to).not.toEqual(links[0]?.to);
      const trail = (await r.world.call('audit.list', {})).items;
      expect(trail.map(({ action }) => action)).toContain('handoffs.withdraw');
    },
  );

  it('keeps a new secret that somebody of ours has seen: its link alone is withdrawn', async () => {
    const shown = await r.world.call('keys.rotate', { keyId: r.key.keyId, overlapMs: DAY_MS });
    await r.world.call('handoffs.create', {
      ...{ keyId: r.key.keyId, channel: 'link', recipientName: 'Dana' },
      source: { kind: 'given', secret: shown.secret ?? '' },
    });
    await give.key();
    expect((await handoffs())[0]?.state).toBe('withdrawn');
    expect(secrets()).toContainEqual({ version: 2, endsAtMs: null });
  });
});

describe('when the program was off', () => {
  /** Off for so long; then it starts as start-rotations does it. */
  async function off(durationMs: number): Promise<void> {
    r.world.advance(durationMs);
    reprieveOverlaps(r.world.systemContext());
    await look();
  }
  const texts = async (text: string) =>
    (await r.world.call('keys.identify', { text })).matches[0]?.secretState;
  const found = (keyId: string) =>
    r.world.db.handle
      .prepare(
        `INSERT INTO leaks (id, key_id, key_name, secret_version, place, found_at_ms, found_by)
         VALUES ('leak_1', ?, 'Feed', 1, 'A chat', ?, 'Dana')`,
      )
      .run(keyId, r.world.nowMs());
  const reprieved = async () =>
    (await r.world.call('audit.list', { filter: { action: 'rotations.reprieve' } })).items;

  it('past the end of an overlap whose new secret nobody fetched, callers keep the old one and another link goes out', async () => {
    await consent();
    await untilDue();
    // What befell another key is nothing to this one.
    const { key: other } = await makeKey(r.world, r.subjects, { name: 'Other', expiresAt: null });
    found(other.keyId);
    await off(40 * DAY_MS);
    expect(isOldGood()).toBe(true);
    const { status } = await r.world.call('keys.get', { keyId: r.key.keyId });
    expect(status).not.toBe('suspended');
    expect(await reprieved()).toHaveLength(1);
    await pass(4 * DAY_MS);
    expect(await texts(r.oldText)).toBe('current');
    expect((await state()).run).toMatchObject({ tries: 2 });
  });

  it('past the end of an overlap whose new secret was revealed, both are good for a day, and then the unused one is taken back', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    const revealed = reveal(linkIn(r.mails[0]), await takeCode(handoff));
    const secret = revealed.kind === 'revealed' ? revealed.secret : '';
    await off(31 * DAY_MS);
    for (let hours = 0; hours < 24; hours += 6) {
      expect([await texts(r.oldText), await texts(secret)]).toEqual(['retiring', 'current']);
      r.world.advance(6 * HOUR_MS);
      await look();
    }
    r.world.advance(HOUR_MS);
    await look();
    expect([await texts(r.oldText), await texts(secret)]).toEqual(['current', 'ended']);
  });

  it('and the new secret is used after the start, the rotation ends as it was agreed to', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    reveal(linkIn(r.mails[0]), await takeCode(handoff));
    await off(31 * DAY_MS);
    r.world.db.lastUsed.touch(r.key.keyId, 2, r.world.nowMs());
    r.world.advance(DAY_MS + HOUR_MS);
    await look();
    expect((await state()).run).toBeNull();
    expect(secrets()).toContainEqual({ version: 2, endsAtMs: null });
    // Used before it stopped: nothing comes back.
    r.world.advance(10 * DAY_MS);
    reprieveOverlaps(r.world.systemContext());
    expect(isOldGood()).toBe(false);
  });

  it('an overlap that somebody ended stays ended', async () => {
    await consent();
    await untilDue();
    await r.world.call('keys.endOverlap', { keyId: r.key.keyId });
    await off(40 * DAY_MS);
    expect(isOldGood()).toBe(false);
    expect(await reprieved()).toEqual([]);
  });

  it.each(['revoked', 'found'] as const)('a key that was %s gets no reprieve', async (how) => {
    await consent();
    await untilDue();
    if (how === 'revoked') await r.world.call('keys.revoke', { keyId: r.key.keyId, reason: 'other' });
    else {
      found(r.key.keyId);
    }
    r.world.advance(40 * DAY_MS);
    reprieveOverlaps(r.world.systemContext());
    expect(isOldGood()).toBe(false);
    expect(await reprieved()).toEqual([]);
  });

  it('for less than that nothing moves, and a second start moves nothing twice', async () => {
    await consent();
    await untilDue();
    const before = secrets();
    r.world.advance(DAY_MS);
    reprieveOverlaps(r.world.systemContext());
    expect(secrets()).toEqual(before);
    r.world.advance(39 * DAY_MS);
    reprieveOverlaps(r.world.systemContext());
    const after = secrets();
    r.world.advance(HOUR_MS);
    reprieveOverlaps(r.world.systemContext());
    expect(secrets()).toEqual(after);
  });
});
