import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BROWSER,
  openHandoffHouse,
  WRONG,
  type HandoffHouse,
  type Sent,
} from './handoff-house.test-support.ts';

const HOUR_MS = 3_600_000;

let open: HandoffHouse;
beforeAll(async () => {
  open = await openHandoffHouse();
}, 60_000);
afterAll(() => open.house.close());

const kindsOf = async (one: Parameters<HandoffHouse['stateOf']>[0]) =>
  (await open.stateOf(one)).timeline.map(({ kind }) => kind);

describe('looking', () => {
  test('tells who sends what, until when and whether somebody was here before, and escapes what people wrote', async () => {
    const one = await open.handOff();
    const first = await open.visit(one.path);
    expect(first.status).toBe(200);
    for (const shown of [
      '<dt>From</dt><dd>First owner token</dd>',
      'Dana Doe',
      'Key ',
      'Data feed',
      'UTC',
      '<dd>No</dd>',
    ]) {
      expect(first.text).toContain(shown);
    }
    expect(first.text).toContain('For the &lt;b&gt;feed&lt;/b&gt;');
    expect(first.text).not.toContain(one.text.slice(-49));
    expect((await open.visit(one.path)).text).toContain('Yes, first on');
    expect(await open.stateOf(one)).toMatchObject({ state: 'opened' });
    expect(await kindsOf(one)).toEqual(['prepared', 'opened']);
  });

  test.each([
    ['GET', {}],
    ['HEAD', { method: 'HEAD' }],
    [
      'a link preview',
      { headers: { 'User-Agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' } },
    ],
    ['a prefetch', { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    ['a mail scanner', { headers: { 'User-Agent': 'Mozilla/5.0 (compatible; SafeLinks scanner)' } }],
    ['a tool', { headers: { 'User-Agent': 'curl/8.5.0' } }],
  ])('%s uses nothing up', async (name, sent: Sent) => {
    const one = await open.handOff();
    for (let turn = 0; turn < 3; turn += 1) expect((await open.visit(one.path, sent)).status).toBe(200);
    expect((await open.stateOf(one)).state).toBe(name === 'GET' ? 'opened' : 'prepared');
    const shown = await open.visit(one.path, { code: one.code });
    expect(shown.text).toContain(one.text);
  });

  test('nothing of the page is kept, passed on, found, framed or run', async () => {
    const one = await open.handOff();
    const answers = [
      await open.visit(one.path),
      await open.visit(one.path, { code: one.code }),
      await open.visit('/h/none'),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['x-robots-tag']).toContain('noindex');
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    }
    expect(String(answers[0]?.headers['content-security-policy'])).toContain("form-action 'self'");
    expect(String(answers[1]?.headers['content-security-policy'])).toContain("form-action 'none'");
    expect(answers[0]?.text).not.toContain('<script');
  });
});

describe('revealing', () => {
  test('shows the secret once; a second time it says when and from where it was shown', async () => {
    const one = await open.handOff();
    const shown = await open.visit(one.path, { code: `  ${one.code.toUpperCase().replaceAll('-', '  ')} ` });
    expect(shown.status).toBe(200);
    expect(shown.text).toContain(one.text);
    const again = await open.visit(one.path, { code: one.code });
    expect(again.status).toBe(410);
    expect(again.text).toContain('127.0.0.1');
    expect(again.text).toContain('If that was not you');
    expect(again.text).not.toContain(one.text.slice(-49));
    expect((await open.visit(one.path)).status).toBe(410);
    expect(await open.stateOf(one)).toMatchObject({ state: 'revealed' });
    const [, revealed] = (await open.stateOf(one)).timeline;
    expect(revealed).toMatchObject({ kind: 'revealed', address: '127.0.0.1', agent: BROWSER });
  });

  test('of twenty at the same moment one gets it', async () => {
    const one = await open.handOff();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open.visit(one.path, { code: one.code })),
    );
    expect(answers.filter(({ text }) => text.includes(one.text))).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19);
  });

  test('five wrong codes destroy it and ask for somebody; the right one comes too late', async () => {
    const one = await open.handOff();
    const heard: string[] = [];
    const stop = open.house.core.subscribe(({ subjects }) => void heard.push(...subjects));
    for (const left of [4, 3, 2, 1]) {
      const answer = await open.visit(one.path, { code: WRONG });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(left === 1 ? 'One try left' : `${String(left)} tries left`);
    }
    expect((await open.visit(one.path, { code: ' ' })).text).toContain('Enter the code');
    expect((await open.visit(one.path, { code: WRONG })).status).toBe(410);
    stop();
    const late = await open.visit(one.path, { code: one.code });
    expect(late.status).toBe(410);
    expect(late.text).not.toContain(one.text.slice(-49));
    expect(await open.stateOf(one)).toMatchObject({
      state: 'locked_out',
      attention: 'locked_out',
      wrongCodes: 5,
    });
    expect((await open.call('handoffs.list', { filter: { needsAttention: true } })).items[0]?.id).toBe(
      one.handoff.id,
    );
    expect(heard).toContain('handoffs');
    expect((await open.call('audit.list', { filter: { action: 'handoffs.lockOut' } })).total).toBeGreaterThan(
      0,
    );
  });

  test('unknown, expired and withdrawn links look the same, in every byte', async () => {
    const [expired, withdrawn] = [await open.handOff(), await open.handOff()];
    open.house.tick(24 * HOUR_MS);
    await open.call('handoffs.resend', { handoffId: withdrawn.handoff.id });
    const strange = `/h/${'a'.repeat(43)}`;
    const pages: unknown[] = [];
    for (const path of [strange, expired.path, withdrawn.path, '/h/x', `/h/${'%2e'.repeat(20)}`]) {
      for (const code of [undefined, 'x', expired.code, withdrawn.code]) {
        open.house.tick(10_000);
        const { status, text, headers } = await open.visit(path, code === undefined ? {} : { code });
        pages.push({ status, text, headers: { ...headers, date: null } });
      }
    }
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1);
    expect(pages[0]).toMatchObject({ status: 404 });
  });

  test('and take the same time', async () => {
    const expired = await open.handOff();
    open.house.tick(24 * HOUR_MS);
    const times: Record<'strange' | 'expired', number[]> = { strange: [], expired: [] };
    for (let turn = 0; turn < 120; turn += 1) {
      open.house.tick(10_000);
      const kind = turn % 2 === 0 ? 'strange' : 'expired';
      const path = kind === 'strange' ? `/h/${String(turn).padEnd(43, 'b')}` : expired.path;
      const startedMs = performance.now();
      await open.visit(path, { code: WRONG });
      times[kind].push(performance.now() - startedMs);
    }
    // The fastest of each: what a busy machine adds is no part of the answer.
    const fastest = (all: readonly number[]) =>
      all
        .toSorted((a, b) => a - b)
        .slice(0, 5)
        .reduce((sum, ms) => sum + ms / 5, 0);
    expect(Math.abs(fastest(times.strange) - fastest(times.expired))).toBeLessThan(1);
  });

  test('an address that comes too often is told to wait and uses nothing up; the clock lets it in again', async () => {
    const one = await open.handOff();
    const wrong = { code: '' };
    for (let turn = 0; turn < 30; turn += 1) expect((await open.visit(one.path, wrong)).status).toBe(403);
    const refused = await open.visit(one.path, { code: one.code });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await open.stateOf(one)).wrongCodes).toBe(0);
    open.house.tick(61_000);
    expect((await open.visit(one.path, { code: one.code })).text).toContain(one.text);
  });
});
