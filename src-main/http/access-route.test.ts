import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FORM, openAccessHouse, PUBLIC_HOST, type AccessHouse } from './access-house.test-support.ts';

let world: AccessHouse;
beforeAll(async () => {
  world = await openAccessHouse();
});
afterAll(() => world.house.close());
beforeEach(() => {
  world.house.tick(2 * HOUR_MS);
});

const HOUR_MS = 3_600_000;

const hiddenIn = (page: string, name: string) =>
  new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
const unescape = (text: string) => text.replaceAll('&amp;', '&');

/** The link to help of a call that is refused. */
async function refusedLink(path: string): Promise<string> {
  const { help } = z
    .object({ help: z.string() })
    .parse(await world.verify({ key: world.key.text, method: 'POST', path }));
  const url = new URL(help);
  expect(url.origin).toBe(`https://${PUBLIC_HOST}`);
  return url.pathname + url.search;
}

describe('the form', () => {
  test('works without a script: sent once, it leads to the page of the request and nowhere else', async () => {
    const page = await world.visit('/request-access');
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('<script');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers['content-security-policy']).toContain("form-action 'self'");
    expect(page.headers['x-robots-tag']).toContain('noindex');
    const form = { ...FORM, form: hiddenIn(page.text, 'form') };
    const before = await world.total();
    const sent = await world.visit('/request-access', form);
    expect(sent.status).toBe(303);
    const location = String(sent.headers.location);
    expect(location).toMatch(/^request-access\/[0-9A-Za-z]{43}$/);
    expect((await world.visit('/request-access', form)).headers.location).toBe(location);
    expect(await world.total()).toBe(before + 1);
    const status = await world.visit(`/${location}`);
    const asked = await world.newest();
    expect(status).toMatchObject({ status: 200 });
    expect(status.text).toContain(asked?.reference);
    expect(status.text).toContain('A person reads it');
    expect(world.house.logLines.join('')).not.toContain(location.slice(-43));
  });

  test('keeps what was written and says at each field what to do', async () => {
    const before = await world.total();
    const wrong = await world.visit('/request-access', {
      application: 'Shop <sync>',
      contact: 'no address',
      volume: '5000',
      other: 'FETCH /x',
      environment: 'test',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="Shop &lt;sync&gt;"');
    expect(wrong.text).toContain('FETCH /x</textarea>');
    for (const name of ['team', 'contact', 'endpoints', 'purpose']) {
      expect(wrong.text).toContain(`id="${name}-problem"`);
    }
    expect(wrong.text).not.toContain('id="application-problem"');
    expect(wrong.text.match(/autofocus/g)).toHaveLength(1);
    expect(await world.total()).toBe(before);
  });

  test('takes an endpoint of the catalogue by a tick, and shows the catalogue to nobody outside unless told', async () => {
    const inside = await world.visit('/request-access');
    expect(inside.text).toContain('POST /offers/{id}</code> &lt;b&gt;Make&lt;/b&gt; an offer');
    const id = /name="endpoint" value="(end_\w+)"><span><code>POST/.exec(inside.text)?.[1] ?? '';
    const outside = { Host: PUBLIC_HOST };
    expect((await world.visit('/request-access', null, outside)).text).not.toContain('/offers');
    const { other: _other, ...ticked } = { ...FORM, endpoint: id };
    expect((await world.visit('/request-access', ticked, outside)).status).toBe(422);
    expect((await world.visit('/request-access', ticked)).status).toBe(303);
    expect((await world.newest())?.endpoints).toMatchObject([
      { method: 'POST', path: '/offers/{id}', isRefused: false },
    ]);
    await world.call('accessRequests.updateSettings', { catalogue: 'everyone' });
    expect((await world.visit('/request-access', null, outside)).text).toContain('/offers');
    await world.call('accessRequests.updateSettings', { catalogue: 'local' });
  });

  test('asks for more for a key whose holder comes from its own page', async () => {
    const response = await fetch(`${world.house.service.url}/v1/me`, {
      headers: { 'X-API-Key': world.key.text },
    });
    const { help } = z.object({ help: z.string() }).parse(await response.json());
    const page = await world.visit(new URL(help).pathname + new URL(help).search);
    expect(page.text).toContain(`value="${world.key.keyId}"`);
    expect(page.text).toContain('<details open><summary>Do you have a key already');
    expect((await world.visit('/request-access?key=%22%3E%3Cscript%3E')).text).not.toContain(
      '<details open><summary>Do you',
    );
    await world.visit('/request-access', { ...FORM, key: world.key.keyId });
    expect((await world.newest())?.keyId).toBe(world.key.keyId);
  });

  test('says whom to write to where nobody may ask', async () => {
    await world.call('accessRequests.updateSettings', { isOpen: false });
    const before = await world.total();
    for (const answer of [await world.visit('/request-access'), await world.visit('/request-access', FORM)]) {
      expect(answer.text).toContain('help@acme.example');
      expect(answer.text).not.toContain('<form');
    }
    expect(await world.total()).toBe(before);
    await world.call('accessRequests.updateSettings', { isOpen: true });
  });
});

describe('the link of a refusal', () => {
  test('asks for exactly what was refused, and nothing has to be typed', async () => {
    const page = await world.visit(await refusedLink('/offers/7?secret=1'));
    expect(page.text).toContain('<code>POST /offers/{id}</code> of Trade, which was refused just now');
    const { other: _other, ...fields } = FORM;
    const hidden = ['form', 'service', 'method', 'path', 'ask'].map((name) => [
      name,
      unescape(hiddenIn(page.text, name)),
    ]);
    const sent = await world.visit('/request-access', {
      ...fields,
      ...Object.fromEntries(hidden),
      wants: 'refused',
    });
    expect(sent.status).toBe(303);
    expect((await world.newest())?.endpoints).toEqual([
      expect.objectContaining({
        serviceName: 'Trade',
        method: 'POST',
        path: '/offers/{id}',
        isRefused: true,
      }),
    ]);
  });

  test('proves nothing when it is changed or old: it only fills in the field', async () => {
    const link = await refusedLink('/offers/7');
    for (const forged of [
      link.replace('%2Foffers%2F7', '%2Foffers%2F8'),
      link.replace('POST', 'DELETE'),
      link.replace(/ask=(.)/, (_all, first: string) => `ask=${first === '1' ? '2' : '1'}`),
      link.replace('service=trade', 'service=stock'),
    ]) {
      expect(forged).not.toBe(link);
      const page = await world.visit(forged);
      expect(page.text).not.toContain('refused just now');
      expect(page.text).toMatch(/(POST|DELETE) \/offers\/[78]<\/textarea>/);
    }
    world.house.tick(26 * HOUR_MS);
    expect((await world.visit(link)).text).not.toContain('refused just now');
  });

  test('is signed for missing rights alone and holds no key', async () => {
    const link = await refusedLink('/offers/7');
    expect(link).toMatch(/ask=[0-9a-z]+\.[0-9A-Za-z_-]{22}$/);
    expect(link).not.toContain(world.key.keyId);
    const unknown = await world.verify({ key: 'x', method: 'POST', path: '/offers/7' });
    expect(JSON.stringify(unknown)).not.toContain('ask=');
  });
});

describe('the page of a request', () => {
  test('shows the answer, takes the code of the contact, and the key works from then on', async () => {
    const sent = await world.visit('/request-access', { ...FORM, application: 'Confirmed sync' });
    const path = `/${String(sent.headers.location)}`;
    const asked = await world.newest();
    if (asked === undefined) throw new Error('It was not kept.');
    const made = await world.call('accessRequests.approve', {
      accessRequestId: asked.id,
      grantee: { kind: 'new_partner', partnerName: 'Bolt', tier: 'external', name: 'Sync', slug: 'sync' },
      key: { name: 'Sync', environment: 'test', expiresAt: null },
      delivery: { kind: 'link' },
      recipientName: 'Dana',
      answer: 'Hello <b>you</b>',
    });
    const page = await world.visit(path);
    expect(page.text).toContain('Hello &lt;b&gt;you&lt;/b&gt;');
    expect(page.text).not.toContain(made.code);
    const code = /\d{3} \d{3} \d{3}/.exec(made.notice?.text ?? '')?.[0] ?? '';
    const wrong = await world.visit(path, { code: '1' });
    expect(wrong).toMatchObject({ status: 422 });
    expect(wrong.text).toContain('Tries left: 4 of 5');
    const right = await world.visit(path, { code });
    expect(right.text).toContain('dev@bolt.example is confirmed');
    expect((await world.call('keys.get', { keyId: made.key.keyId })).status).toBe('active');
  });

  test('is there for its own address alone', async () => {
    for (const token of ['x', 'A'.repeat(43), '..%2f', `${'A'.repeat(42)}é`]) {
      expect((await world.visit(`/request-access/${encodeURIComponent(token)}`)).status).toBe(404);
    }
  });

  test('asks back without a script: the answer is taken once, shown as text, and sent no second time by a reload', async () => {
    const sent = await world.visit('/request-access', { ...FORM, application: 'Asked sync' });
    const path = `/${String(sent.headers.location)}`;
    const accessRequestId = (await world.newest())?.id ?? '';
    const asked = await world.call('accessRequests.ask', {
      accessRequestId,
      question: 'Which <b>shops</b>?',
    });
    const page = await world.visit(path);
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('waits for your answer');
    // Not any more: the link of the question leads here, too.
    expect(page.text).not.toContain('nobody else has it');
    expect(page.text).toContain('Which &lt;b&gt;shops&lt;/b&gt;?');
    const question = hiddenIn(page.text, 'question');
    const leaked = await world.visit(path, { question, answer: `It is ${world.key.text}` });
    expect(leaked.status).toBe(422);
    expect(leaked.text).toContain('id="answer-problem"');
    expect(leaked.text).not.toContain(world.key.text);
    // The contact answers by the link of the message, not by the page of who sent the form.
    const link = /https:\/\/[^/]+(\/request-access\/\w{43})/.exec(asked.notice?.text ?? '')?.[1] ?? '';
    const taken = await world.visit(link, { question, answer: 'All <i>of them</i>' });
    expect(taken).toMatchObject({ status: 303, headers: { location: link.slice(-43) } });
    expect((await world.visit(path)).text).toContain('All &lt;i&gt;of them&lt;/i&gt;');
    const late = await world.visit(path, { question, answer: 'Others' });
    expect(late.status).toBe(422);
    expect(late.text).toContain('This answer was not taken');
    const { state, thread } = await world.call('accessRequests.get', { accessRequestId });
    expect({ state, texts: thread.map(({ text }) => text) }).toEqual({
      state: 'open',
      texts: ['Which <b>shops</b>?', 'All <i>of them</i>'],
    });
    expect(world.house.logLines.join('')).not.toContain(link.slice(-43));
  });

  test('takes ten answers an hour from one address, and again when time has passed', async () => {
    const sent = await world.visit('/request-access', FORM);
    const path = `/${String(sent.headers.location)}`;
    const from = { 'X-Forwarded-For': '203.0.113.77' };
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await world.visit(path, { question: '0', answer: 'x' }, from)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
    world.house.tick(HOUR_MS);
    expect((await world.visit(path, { question: '0', answer: 'x' }, from)).status).toBe(422);
  });

  test('of a merged request says what comes of the other one, and nothing of who asked there', async () => {
    await world.visit('/request-access', { ...FORM, contact: 'first@bolt.example', team: 'First team' });
    const first = await world.newest();
    // Within one millisecond none of the two would be the newest.
    world.house.tick(1_000);
    const sent = await world.visit('/request-access', { ...FORM, application: 'The same once more' });
    const second = await world.newest();
    const ids = { accessRequestId: second?.id ?? '', intoId: first?.id ?? '' };
    await world.call('accessRequests.merge', ids);
    const page = async () => (await world.visit(`/${String(sent.headers.location)}`)).text;
    expect(await page()).toContain(`Request ${first?.reference ?? ''} asks for the same`);
    await world.call('accessRequests.reject', { accessRequestIds: [ids.intoId], reason: 'Use the feed.' });
    expect(await page()).toContain('Use the feed.');
    expect(await page()).not.toContain('first@bolt.example');
    expect(await page()).not.toContain('First team');
  });
});

describe('the policy', () => {
  const WRITTEN =
    '# When <b>teams</b> change\n- Tell us first.\n- Rotate after.\n\nTwo lines\nof one paragraph.';

  test('is there for everybody from the start, needs no script, and is linked from the form and from the page of a holder', async () => {
    const page = await world.visit('/policy', null, { Host: PUBLIC_HOST });
    expect(page.status).toBe(200);
    for (const situation of ['new major version', 'fork', 'split', 'change of team', 'key leaks']) {
      expect(page.text).toMatch(new RegExp(`<h2>[^<]*${situation}`));
    }
    expect(page.text).not.toContain('<script');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await world.visit('/request-access')).text).toContain('href="policy"');
    expect((await world.visit('/v1/me', null, { Accept: 'text/html' })).text).toContain('href="../policy"');
    await world.call('accessRequests.updateSettings', { isOpen: false });
    expect((await world.visit('/policy')).status).toBe(200);
    expect((await world.visit('/request-access')).text).toContain('href="policy"');
    await world.call('accessRequests.updateSettings', { isOpen: true });
  });

  test('is what an admin wrote, without its markup, and the default again when it is emptied', async () => {
    const before = await world.visit('/policy');
    await world.call('accessRequests.updateSettings', { policy: WRITTEN });
    const { text } = await world.visit('/policy');
    expect(text).toContain('<h2>When &lt;b&gt;teams&lt;/b&gt; change</h2>');
    expect(text).toContain('<ul><li>Tell us first.</li>\n<li>Rotate after.</li></ul>');
    expect(text).toContain('<p class="said">Two lines\nof one paragraph.</p>');
    const { policy } = await world.call('accessRequests.updateSettings', { policy: '' });
    expect(policy).toContain('# A fork');
    expect((await world.visit('/policy')).text).toBe(before.text);
    const refused = await world.house.call('accessRequests.updateSettings', {
      policy: `Use ${world.key.text}`,
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } });
  });

  test('is only read, and by one address 60 times a minute like the form', async () => {
    const wrong = await world.visit('/policy', { a: 'b' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.allow).toBe('GET, HEAD');
    const from = { 'X-Forwarded-For': '203.0.113.78' };
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) {
      statuses.push((await world.visit('/policy', null, from)).status);
    }
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([200]));
    expect(statuses[60]).toBe(429);
  });
});
