import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

describe('what keeps the door', () => {
  test('one address sends five in an hour; the sixth is told to wait, keeps what it wrote, and is taken later', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.77' };
    for (let round = 0; round < 5; round += 1) {
      expect((await world.visit('/request-access', FORM, from)).status).toBe(303);
    }
    const before = await world.total();
    const sixth = await world.visit('/request-access', FORM, from);
    expect(sixth).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect(sixth.text).toContain('value="Shop sync"');
    expect(sixth.text).toContain('Wait 12 min');
    expect(await world.total()).toBe(before);
    expect((await world.visit('/request-access', FORM)).status).toBe(303);
    world.house.tick(Number(sixth.headers['retry-after']) * 1_000);
    expect((await world.visit('/request-access', FORM, from)).status).toBe(303);
  });

  test('all addresses together send sixty in an hour', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 62; round += 1) {
      statuses.push((await world.visit('/request-access', FORM)).status);
    }
    expect(statuses.filter((status) => status === 303)).toHaveLength(60);
    expect(statuses.slice(60)).toEqual([429, 429]);
    const { items } = await world.call('accessRequests.list', { filter: { state: 'open' }, limit: 200 });
    await world.call('accessRequests.reject', {
      accessRequestIds: items.map(({ id }) => id),
      reason: 'Enough',
    });
  });

  test('pages of other sites, other hosts, other types and large bodies get nothing', async () => {
    const before = await world.total();
    for (const [status, headers] of [
      [403, { Origin: 'https://evil.test' }],
      [421, { Host: 'evil.test' }],
      [415, { 'Content-Type': 'application/json' }],
    ] as const) {
      expect((await world.visit('/request-access', FORM, headers)).status).toBe(status);
    }
    expect((await world.visit('/request-access', { ...FORM, purpose: 'x'.repeat(60_000) })).status).toBe(413);
    expect(await world.total()).toBe(before);
    expect(
      (await world.visit('/request-access', FORM, { Host: PUBLIC_HOST, Origin: `https://${PUBLIC_HOST}` }))
        .status,
    ).toBe(303);
  });

  test('a key that somebody writes is not taken, not shown again and kept nowhere', async () => {
    const before = await world.total();
    for (const name of ['application', 'team', 'purpose', 'repository', 'key', 'other', 'contact']) {
      const page = await world.visit('/request-access', { ...FORM, [name]: `my ${world.key.text} here` });
      expect(page.status).toBe(422);
      expect(page.text).not.toContain(world.key.text.slice(-49));
    }
    expect(await world.total()).toBe(before);
    expect(world.house.logLines.join('')).not.toContain(world.key.text.slice(-49));
  });

  test('500 odd strings in every field never become markup', async () => {
    let shownBack = 0;
    for (const odd of oddStrings()) {
      const page = await world.visit('/request-access', {
        ...Object.fromEntries(Object.keys(FORM).map((name) => [name, odd])),
        purpose: odd,
        repository: odd,
        key: odd,
        form: odd,
        wants: 'refused',
        service: odd,
        method: odd,
        path: odd,
        ask: odd,
      });
      expect(page.status).toBe(422);
      // What is left are tags without the values of their attributes, and words.
      const bare = page.text.replaceAll(/"[^"]*"/g, '""');
      expect(bare).not.toMatch(/<[^>]*zq1|<(?:script|img|svg|iframe|base)/i);
      if (page.text.includes('zq1')) shownBack += 1;
      if (shownBack % 50 === 0) world.house.tick(HOUR_MS);
    }
    expect(shownBack).toBeGreaterThan(400);
  }, 60_000);
});

/** Texts that break out of attributes, elements, comments, text areas and encodings. */
function oddStrings(): readonly string[] {
  const payloads = [
    '<script>zq1()</script>',
    '<img src=x onerror=zq1()>',
    '<svg/onload=zq1()>',
    '<iframe srcdoc="zq1">',
    '<base href="//evil.test">zq1',
    '<meta http-equiv=refresh content="0;zq1">',
    'javascript:zq1()',
    'onfocus=zq1() autofocus',
    '{{zq1}}${zq1}',
    '&lt;script&gt;zq1',
  ];
  const openings = [
    '',
    '"',
    "'",
    '">',
    "'>",
    '</textarea>',
    '</title>',
    '--><!--',
    ']]>',
    '</style>',
    '`',
    '\\"',
  ];
  const closings = ['', '"', '\u202e', '\0', '%3C', '\r\n\r\n', '&#60;', '\ud800', '<!--', '\u2028'];
  const all = payloads.flatMap((payload) =>
    openings.flatMap((opening) => closings.map((closing) => `${opening}${payload}${closing}`)),
  );
  return all.filter((_text, index) => index % 12 < 5).slice(0, 500);
}
