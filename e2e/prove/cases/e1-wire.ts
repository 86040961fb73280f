import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';
import { sendRaw } from '../worlds/raw-http.ts';
import { SecretScan } from '../worlds/secret-scan.ts';
import { startTeamServer } from '../worlds/team-server.ts';

const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'PO ST',
  '',
  'PRI',
  'X'.repeat(300),
  'GET\t',
  '\u0000',
];
const TARGETS = [
  '/',
  '/v1/verify',
  '/v1/verify/batch',
  '/v1/log',
  '/v1/lookup',
  '/forward-auth/generic',
  '/forward-auth/envoy/x',
  '/metrics',
  '/api/keys.list',
  '/h/x',
  '*',
  '//',
  '//evil/',
  'http://evil.test/',
  '/%',
  '/%00',
  '/%c0%ae',
  '/..%2f..',
  '/\\',
  '/a b',
  `/${'a'.repeat(9_000)}`,
  '/?'.repeat(200),
  '/request-access?x=%zz',
  'v1/verify',
  '',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/9',
  'http/1.1',
  '',
  'HTTP/1.1 ',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\n\r'];
const BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '{"key":',
  '"'.repeat(100),
  '{"__proto__":{"x":1}}',
  '['.repeat(500),
  '{"a":1,"a":2}',
  '\ufeff{}',
  '0'.repeat(9_000),
  '{"key":"\ud800"}',
  '5\r\nhello\r\n0\r\n\r\n',
  'ffffffffffffffff\r\n',
];

/** A request that is wrong in some places. */
function malformed(random: Random, host: string, token: string): string {
  const end = random.pick(ENDS);
  const body = random.pick(BODIES);
  const headers = [
    `Host: ${host}`,
    `Host:${host}`,
    `Host : ${host}`,
    'Host: evil.test',
    `host: ${host}`,
    `Authorization: Bearer ${token}`,
    'Authorization: Basic ???',
    `Authorization: Bearer ${'x'.repeat(5_000)}`,
    'Content-Type: application/json',
    'Content-Type: text/html',
    `Content-Length: ${String(body.length)}`,
    'Content-Length: -1',
    'Content-Length: 1e9',
    'Content-Length: 99999999999999999999',
    'Content-Length: 5, 5',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: identity',
    'Transfer-Encoding:\tchunked',
    'Connection: close, host',
    'Expect: 100-continue',
    'Expect: nonsense',
    'Upgrade: websocket',
    'Origin: null',
    'Origin: http://evil.test',
    'Sec-Fetch-Site: cross-site',
    'X-Latchkey-Service: x',
    `X-Latchkey-Service: ${token}`,
    ' folded: yes',
    'no colon',
    ': empty',
    'X-\u0001: 1',
    `X-Big: ${'y'.repeat(9_000)}`,
    'X-Forwarded-Method: \u00ff',
    'X-Forwarded-Uri: http://[::',
    'Cookie: a=b; __proto__=1',
    'Range: bytes=0-,0-,0-',
  ];
  const chosen = Array.from({ length: random.below(7) }, () => random.pick(headers));
  if (random.below(20) === 0)
    chosen.push(...Array.from({ length: 150 }, (_, index) => `X-${String(index)}: 1`));
  const head = [
    `${random.pick(METHODS)} ${random.pick(TARGETS)} ${random.pick(VERSIONS)}`,
    ...(random.below(3) > 0 ? [`Host: ${host}`] : []),
    ...chosen,
  ];
  const text = `${head.join(end)}${end}${random.below(10) === 0 ? '' : end}${body}`;
  return random.below(8) === 0 ? text.slice(0, random.below(text.length + 1)) : text;
}

const AT_A_TIME = 24;
/** Later than this is late; what is half a request may wait for its end as long as the limits for that say. */
const LATE_MS = 1_000;
const GROWTH_MB_MAX = 20;

async function fuzz(work: Workbench, program: Program, count: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { secret } = await team.newKey();
  const { service, admin, pid, complaints } = team.server();
  const warm = seededRandom(10);
  const found = { fault: 0, late: 0, answers: 0 };
  let before = 0;
  const hosts = [service, admin].map((url) => ({ url, host: new URL(url).host }));
  let left = count;
  const client = async (random: Random): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (left === Math.floor(count * 0.7)) before = residentMb(pid);
      const { url, host } = random.pick(hosts);
      const answer = await sendRaw(
        url,
        Buffer.from(malformed(random, host, team.serviceToken), 'latin1'),
        LATE_MS,
      );
      if (answer.status >= 500) found.fault += 1;
      if (answer.status > 0) found.answers += 1;
      if (answer.status > 0 && answer.tookMs > LATE_MS) found.late += 1;
    }
  };
  await Promise.all(
    Array.from({ length: AT_A_TIME }, (_, index) => client(seededRandom(warm.below(1e9) + index))),
  );
  const growth = Math.max(0, residentMb(pid) - before);
  const scan = new SecretScan();
  for (const one of [secret, team.serviceToken, team.start.adminToken]) scan.add(one);
  const leaks = scan.find('log', Buffer.from(complaints())).length;
  const isAlive = await team.verify({ key: secret }).then(
    ({ valid }) => valid,
    () => false,
  );
  return {
    reached: `${String(found.fault)} answers of 5xx, ${String(found.late)} later than 1 s, ${String(leaks)} secrets in the log, ${growth.toFixed(0)} MB grown over the last 70 %, afterwards it ${isAlive ? 'decides' : 'IS DEAD'}; ${count.toLocaleString('en')} requests, ${found.answers.toLocaleString('en')} answers`,
    holds:
      found.fault === 0 &&
      found.late === 0 &&
      leaks === 0 &&
      isAlive &&
      growth <= GROWTH_MB_MAX &&
      found.answers > count / 10,
  };
}

/** 0 when it has ended. */
function residentMb(pid: number): number {
  if (!existsSync(join('/proc', String(pid)))) return 0;
  const [, pages = '0'] = readFileSync(join('/proc', String(pid), 'statm'), 'utf8').split(' ');
  return (Number(pages) * 4_096) / 1e6;
}

/** Bytes that no client sends. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E1',
    promise: 'Malformed requests bring no fault, no delay, no leak and no growth',
    target: '10,000 (100,000 with --all): 0 of 5xx, 0 later than 1 s, 0 secrets logged, at most 20 MB',
    tier: 'T1',
    figure: (work) => fuzz(work, work.program, work.count(10_000, 100_000)),
    controls: [
      {
        fault: 'a path that cannot be decoded throws',
        run: (work) =>
          fuzz(
            work,
            work.patched([
              {
                file: 'src-main/http/guard.ts',
                find: "if (!target.includes('lk') && !target.includes('%')) return false;",
                replace: 'decodeURIComponent(target);',
              },
            ]),
            1_000,
          ),
      },
    ],
  },
];
