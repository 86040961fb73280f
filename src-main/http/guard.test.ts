import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guard, loopbackHosts } from './guard.ts';
import type { GuardPolicy } from './guard.ts';
import { requestHead } from './request-head.ts';

const PORT = 7420;
const service: GuardPolicy = {
  hosts: loopbackHosts(PORT),
  checksFetchSite: false,
  mediaTypes: () => ['application/json'],
  bodyBytesMax: () => 1024,
};
const admin: GuardPolicy = { ...service, checksFetchSite: true };

interface Sent {
  method?: string;
  url?: string;
  headers?: readonly (readonly [string, string])[];
}

function decide(
  policy: GuardPolicy,
  { method = 'GET', url = '/healthz', headers = [['Host', '127.0.0.1:7420']] }: Sent,
) {
  return guard(requestHead({ method, url, rawHeaders: headers.flat() }), policy);
}

const host = ['Host', '127.0.0.1:7420'] as const;
const json = ['Content-Type', 'application/json'] as const;

describe('a page of another port', () => {
  const moving: GuardPolicy = { ...admin, mayArrive: () => true };
  const from = (site: string) => [host, ['Sec-Fetch-Site', site] as const];
  test('leads to the first page while the administration moves, and at no other time', () => {
    expect(decide(moving, { url: '/', headers: from('same-site') })).toBeNull();
    expect(decide(admin, { url: '/', headers: from('same-site') })?.status).toBe(403);
  });
  test('leads nowhere else, and no other site leads there', () => {
    expect(decide(moving, { url: '/api/session', headers: from('same-site') })?.status).toBe(403);
    expect(decide(moving, { url: '/api/exports/x', headers: from('same-site') })?.status).toBe(403);
    expect(decide(moving, { url: '/', headers: from('cross-site') })?.status).toBe(403);
    const posted = { method: 'POST', url: '/', headers: [...from('same-site'), json] };
    expect(decide(moving, posted)?.status).toBe(403);
  });
});

describe('public pages', () => {
  const open: GuardPolicy = {
    ...service,
    publicPages: { has: (path) => path.startsWith('/h/'), origin: () => 'https://keys.example' },
  };
  const closed: GuardPolicy = { ...open, publicPages: { has: () => true, origin: () => null } };
  const sent = (url: string, name: string, origin?: string): Sent => ({
    url,
    headers: [['Host', name], ...(origin === undefined ? [] : [['Origin', origin] as const])],
  });
  test('answer under the name of their address too, other pages do not', () => {
    expect(decide(open, sent('/h/abc', 'keys.example'))).toBeNull();
    expect(decide(open, sent('/h/abc', '127.0.0.1:7420'))).toBeNull();
    expect(decide(open, sent('/healthz', 'keys.example'))?.status).toBe(421);
    expect(decide(service, sent('/h/abc', 'keys.example'))?.status).toBe(421);
  });
  test('answer under no other name, and under none while they have no address', () => {
    for (const name of ['evil.example', 'keys.example.evil', 'ys.example', '', 'https://keys.example'])
      expect(decide(open, sent('/h/abc', name))?.status).toBe(421);
    for (const name of ['keys.example', 'null', '', 'undefined'])
      expect(decide(closed, sent('/h/abc', name))?.status).toBe(421);
  });
  test('take forms of their own address and of pages that do not say where they are, and of nobody else', () => {
    expect(decide(open, sent('/h/abc', 'keys.example', 'https://keys.example'))).toBeNull();
    expect(decide(open, sent('/h/abc', '127.0.0.1:7420', 'https://keys.example'))).toBeNull();
    expect(decide(open, sent('/h/abc', 'keys.example', 'null'))).toBeNull();
    expect(decide(closed, sent('/h/abc', '127.0.0.1:7420', 'null'))).toBeNull();
    expect(decide(open, sent('/h/abc', 'keys.example', 'https://evil.example'))?.status).toBe(403);
    expect(decide(open, sent('/healthz', '127.0.0.1:7420', 'null'))?.status).toBe(403);
    expect(decide(open, sent('/healthz', '127.0.0.1:7420', 'https://keys.example'))?.status).toBe(403);
    expect(decide(service, sent('/h/abc', '127.0.0.1:7420', 'null'))?.status).toBe(403);
  });
});

describe('address', () => {
  test.each(['127.0.0.1:7420', 'localhost:7420', '[::1]:7420', 'LOCALHOST:7420'])('%s is ours', (name) => {
    expect(decide(service, { headers: [['host', name]] })).toBeNull();
  });

  test.each([
    'evil.test:7420',
    '127.0.0.1',
    '127.0.0.1:7421',
    '127.0.0.1:7420.',
    'localhost.:7420',
    '127.1:7420',
    '2130706433:7420',
    '0x7f.0.0.1:7420',
    '127.0.0.1:7420.evil.test',
    'evil.test#127.0.0.1:7420',
    'a@127.0.0.1:7420',
    ' 127.0.0.1:7420',
    '[::ffff:127.0.0.1]:7420',
    '[0:0:0:0:0:0:0:1]:7420',
    '0.0.0.0:7420',
    '',
  ])('the host %j is not ours', (name) => {
    expect(decide(service, { headers: [['Host', name]] })?.status).toBe(421);
  });

  test('no host that is not one of the three texts passes', () => {
    const ours = new Set(loopbackHosts(PORT));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webAuthority(),
          fc.ipV4().map((ip) => `${ip}:7420`),
        ),
        (name) => {
          fc.pre(!ours.has(name.toLowerCase()));
          expect(decide(service, { headers: [['Host', name]] })?.status).toBe(421);
        },
      ),
    );
  });

  test('two Host headers are refused, even when both are ours', () => {
    expect(decide(service, { headers: [host, host] })?.status).toBe(421);
    expect(decide(service, { headers: [host, ['hOsT', 'evil.test']] })?.status).toBe(421);
    expect(decide(service, { headers: [] })?.status).toBe(421);
  });

  test.each([
    'http://127.0.0.1:7420/healthz',
    '//127.0.0.1:7420/healthz',
    '*',
    '',
    'healthz',
    '127.0.0.1:7420',
  ])('the target %j is not a path', (url) => {
    expect(decide(service, { url })?.status).toBe(421);
  });
});

describe('origin', () => {
  test.each([
    ['http://127.0.0.1:7420', null],
    ['null', 403],
    ['', 403],
    ['http://evil.test', 403],
    ['https://127.0.0.1:7420', 403],
    ['http://127.0.0.1:7421', 403],
    ['http://localhost:7420', 403],
    ['http://127.0.0.1:7420/', 403],
    ['HTTP://127.0.0.1:7420', 403],
  ])('the origin %j', (origin, status) => {
    const sent = { method: 'POST', headers: [host, json, ['Origin', origin]] as const };
    expect(decide(service, sent)?.status ?? null).toBe(status);
    expect(decide(admin, sent)?.status ?? null).toBe(status);
  });

  test('our own origin does not cover for a second one', () => {
    const own = ['Origin', 'http://127.0.0.1:7420'] as const;
    expect(decide(service, { headers: [host, ['Origin', 'http://evil.test'], own] })?.status).toBe(403);
    expect(decide(service, { headers: [host, own, own] })?.status).toBe(403);
  });

  test.each(['same-site', 'cross-site', 'anything'])(
    'the admin listener refuses Sec-Fetch-Site: %s',
    (site) => {
      for (const url of ['/', '/api/session', '/assets/a.js']) {
        expect(decide(admin, { url, headers: [host, ['Sec-Fetch-Site', site]] })?.status).toBe(403);
      }
    },
  );

  test('Sec-Fetch-Site: none opens a page, never the API', () => {
    const headers = [host, json, ['Sec-Fetch-Site', 'none']] as const;
    expect(decide(admin, { url: '/keys', headers })).toBeNull();
    expect(decide(admin, { url: '/api/session', headers })?.status).toBe(403);
    expect(decide(admin, { method: 'POST', url: '/api/keys.list', headers })?.status).toBe(403);
  });
});

describe('headers and URL', () => {
  test('more than 100 headers are refused', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => [`X-${String(index)}`, '1'] as const);
    expect(decide(service, { headers: [host, ...many(99)] })).toBeNull();
    expect(decide(service, { headers: [host, ...many(100)] })?.status).toBe(431);
  });

  test.each(['Authorization', 'Content-Type', 'Content-Length', 'Sec-Fetch-Site', 'Content-Encoding'])(
    'a second %s header is refused',
    (name) => {
      expect(decide(service, { headers: [host, [name, '0'], [name.toLowerCase(), '0']] })?.status).toBe(400);
    },
  );

  test.each([
    '/v1/whoami?token=lks_trade_AAAAAAAAAAAA',
    '/healthz?k=lk_live_datafeed_k7Qd2mX9pR4t_x',
    '/healthz?k=lk%5Flive%5Fdatafeed_k7Qd2mX9pR4t',
    '/healthz?k=%6ck_test_datafeed_k7Qd',
    '/lka_0123456789',
  ])('a key in the URL %s is refused without repeating it', (url) => {
    const refusal = decide(service, { url });
    expect(refusal).toMatchObject({ status: 400, code: 'KEY_IN_URL' });
    expect(refusal?.detail).not.toMatch(/datafeed|AAAA|0123/);
  });

  test('words that only resemble a key pass', () => {
    expect(decide(service, { url: '/identity?n=lk_nothing_lks&lka=1%zz' })).toBeNull();
    for (const url of ['/talks_in_english', '/milk_test_results1', '/a%20milka_chocolate']) {
      expect(decide(service, { url })).toBeNull();
    }
  });
});

describe('method and body', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'])(
    '%s is not used',
    (method) => {
      expect(decide(service, { method })).toMatchObject({ status: 405, allow: 'GET, HEAD, POST' });
    },
  );

  test.each([
    ['application/json', null],
    ['application/json; charset=utf-8', null],
    ['Application/JSON;charset="UTF-8"', null],
    ['application/json; charset=utf-16', 415],
    ['application/jsonp', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data', 415],
    ['text/plain; application/json', 415],
    ['application/json; charset=utf-16; q=1', 415],
  ])('a POST of %s', (type, status) => {
    expect(decide(service, { method: 'POST', headers: [host, ['Content-Type', type]] })?.status ?? null).toBe(
      status,
    );
  });

  test('a POST without a type, or compressed, is refused', () => {
    expect(decide(service, { method: 'POST' })?.status).toBe(415);
    expect(
      decide(service, { method: 'POST', headers: [host, json, ['Content-Encoding', 'gzip']] })?.status,
    ).toBe(415);
  });

  test('a declared body above the cap is refused, one at the cap passes', () => {
    const sized = (bytes: number) =>
      decide(service, { method: 'POST', headers: [host, json, ['Content-Length', String(bytes)]] });
    expect(sized(1024)).toBeNull();
    expect(sized(1025)?.status).toBe(413);
    expect(sized(1025)?.detail).toBe('The body is larger than the 1 KiB taken here.');
  });

  test('a GET with a body is refused', () => {
    expect(decide(service, { headers: [host, ['Content-Length', '2']] })?.status).toBe(400);
    expect(decide(service, { headers: [host, ['Transfer-Encoding', 'chunked']] })?.status).toBe(400);
  });
});
