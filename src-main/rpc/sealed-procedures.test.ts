import { armor, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { SealedHandoff } from '#contract/sealed.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld(() => ({
    limitsLeft: { ofKey: () => ({ rateLimits: [], quota: null }), tightest: () => [] },
  }));
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const WORDS = /^[a-z]{3,8}(-[a-z]{3,8}){7}$/;
const BY_WORDS = { seal: 'page', withPassport: false, recipientName: 'Dana' } as const;

async function sealed(changes: Partial<CallInput<'handoffs.createSealed'>>) {
  const { key, text } = await makeKey(world, subjects);
  const source = { kind: 'given', secret: text } as const;
  const input = { keyId: key.keyId, source, ...BY_WORDS, ...changes };
  return { key, text, made: await world.call('handoffs.createSealed', input) };
}

async function givePartnerKey(): Promise<string> {
  const identity = await generateX25519Identity();
  const recipientKey = await identityToRecipient(identity);
  await world.call('partners.update', { partnerId: subjects.partner.id, recipientKey });
  return identity;
}

const fileOf = ({ file }: Pick<SealedHandoff, 'file'>) => must(file, 'the first answer has the file');
const openFile = (made: Pick<SealedHandoff, 'file'>, add: (decrypter: Decrypter) => void) => {
  const decrypter = new Decrypter();
  add(decrypter);
  return decrypter.decrypt(armor.decode(fileOf(made).text), 'text');
};
/** Everything that the program has kept: store with its write-ahead log, trail, replies for repeats, lines of its log. */
const kept = (): string => world.db.handle.serialize().toString('latin1') + world.logLines.join('\n');

describe('handoffs.createSealed', () => {
  it("locks the secret to the partner's recipient key; the timeline says which", async () => {
    const identity = await givePartnerKey();
    const { text, made, key } = await sealed({ seal: 'recipient_key' });
    expect(made.passphrase).toBe(null);
    expect(
      await openFile(made, (decrypter) => {
        decrypter.addIdentity(identity);
      }),
    ).toBe(text);
    expect(fileOf(made).name).toBe(`key-datafeed-live-${made.handoff.id}.age`);
    expect(made.handoff).toMatchObject({ channel: 'sealed_file', state: 'prepared', isBlind: false });
    const recipientKey = await identityToRecipient(identity);
    const { timeline } = await world.call('handoffs.get', { handoffId: made.handoff.id });
    expect(timeline[0]?.detail).toBe(`age file for the recipient key …${recipientKey.slice(-8)}`);
    expect(kept().includes(text.slice(-49))).toBe(false);
    expect(kept().includes(key.keyId)).toBe(true);
  });

  it('without a recipient key makes nothing, and says how to go on', async () => {
    const { key } = await makeKey(world, subjects);
    const input = {
      keyId: key.keyId,
      source: { kind: 'rotated', overlapMs: 0 },
      ...BY_WORDS,
      seal: 'recipient_key',
    };
    const error = await world.refusal('handoffs.createSealed', input);
    expect(error.code).toBe('RECIPIENT_KEY_MISSING');
    expect(error.message).toContain('Acme');
    expect((await world.call('keys.get', { keyId: key.keyId })).secrets).toHaveLength(1);
    expect((await world.call('handoffs.list', {})).total).toBe(0);
  });

  it('to a stored recipient key that turns out to be none makes nothing: no secret that nobody can open', async () => {
    const { key } = await makeKey(world, subjects);
    // As if the store had been changed by hand: the form refuses such a text.
    world.db.handle
      .prepare('UPDATE partners SET recipient_key = ?')
      .run('age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsm4tls9');
    const reply = await world.dispatch(
      'handoffs.createSealed',
      {
        keyId: key.keyId,
        source: { kind: 'rotated', overlapMs: 0 },
        ...BY_WORDS,
        seal: 'recipient_key',
      },
      { actor: { kind: 'token', id: 'tok_a', name: 'A' }, role: 'owner', requestId: 'req_a' },
    );
    expect(reply.ok).toBe(false);
    expect((await world.call('keys.get', { keyId: key.keyId })).secrets).toHaveLength(1);
  });

  it('locks with eight words that are told once; store and log hold neither words nor secret nor file', async () => {
    const { text, made } = await sealed({ seal: 'passphrase' });
    const passphrase = must(made.passphrase, 'told once');
    expect(passphrase).toMatch(WORDS);
    expect(
      await openFile(made, (decrypter) => {
        decrypter.addPassphrase(passphrase);
      }),
    ).toBe(text);
    for (const hidden of [text.slice(-49), passphrase, fileOf(made).text.slice(40, 90)]) {
      expect(kept().includes(hidden)).toBe(false);
    }
  }, 60_000);

  it('repeated with its idempotencyKey tells no file and no words, and makes no second handoff', async () => {
    const { key, text } = await makeKey(world, subjects);
    const source = { kind: 'given', secret: text } as const;
    const input = { keyId: key.keyId, source, ...BY_WORDS, idempotencyKey: 'sealed-once-0001' };
    const first = await world.call('handoffs.createSealed', input);
    const again = await world.call('handoffs.createSealed', input);
    expect(first.file).not.toBe(null);
    expect(again).toEqual({ ...first, file: null, passphrase: null });
    expect((await world.call('handoffs.list', {})).total).toBe(1);
  });

  it('a page holds the passport if wished, and what people wrote only as words', async () => {
    const message = '</form><script>alert(1)</script> Call me';
    const { made, text } = await sealed({ withPassport: true, message });
    const { text: page, name } = fileOf(made);
    expect(name).toMatch(/\.html$/);
    expect(page).toContain('id="passport"');
    expect(page).toContain('GET /inventory/**');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain(text.slice(-49));
    expect(page).not.toContain(must(made.passphrase, 'told once'));
    expect(page).not.toMatch(/https?:\/\/(?!api\.example\.com)/);
    const { made: bare } = await sealed({ withPassport: false });
    expect(fileOf(bare).text).not.toContain('id="passport"');
  });

  it('is not withdrawn alone, since the file is out; with its secret it is', async () => {
    const { made } = await sealed({});
    const handoffId = made.handoff.id;
    const error = await world.refusal('handoffs.withdraw', { handoffId });
    expect(error.message).toContain('file');
    const { handoff } = await world.call('handoffs.withdrawAndRotate', { handoffId });
    expect(handoff.state).toBe('withdrawn');
  });

  it('that rotates is for admins', async () => {
    const { key } = await makeKey(world, subjects);
    const input = { keyId: key.keyId, source: { kind: 'rotated', overlapMs: 0 }, ...BY_WORDS };
    expect((await world.refusal('handoffs.createSealed', input, 'issuer')).code).toBe('FORBIDDEN');
  });
});

describe('handoffs.issueSealed', () => {
  it('makes a key whose secret only the recipient can read; no answer holds it', async () => {
    const identity = await givePartnerKey();
    const template = await world.call('templates.create', { name: 'Small', expiresInMs: 86_400_000 });
    const input = {
      templateId: template.id,
      applicationId: subjects.application.id,
      name: 'Unseen',
    } as const;
    const made = await world.call('handoffs.issueSealed', {
      ...input,
      environment: 'test',
      ...BY_WORDS,
      seal: 'recipient_key',
    });
    const secret = await openFile(made, (decrypter) => {
      decrypter.addIdentity(identity);
    });
    expect(world.db.secrets.findByHash(world.keyring.hash(secret))?.keyId).toBe(made.key.keyId);
    expect(JSON.stringify(made)).not.toContain(secret.slice(-49));
    expect(made.handoff.isBlind).toBe(true);
    expect(kept().includes(secret.slice(-49))).toBe(false);
  });
});
