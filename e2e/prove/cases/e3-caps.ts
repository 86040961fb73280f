import { connect, type Socket } from 'node:net';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { seededRandom, type Random } from '../worlds/random.ts';
import { requestText, sendRaw } from '../worlds/raw-http.ts';
import { startTeamServer } from '../worlds/team-server.ts';

const HALF_OPEN = 300;
const GONE_MS = 6_500;

/** Many send half a request and wait; others are served meanwhile. */
async function slowloris(work: Workbench, program: Program): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { secret } = await team.newKey();
  const { hostname, port, host } = new URL(team.server().service);
  const startedAt = performance.now();
  const goneAt: number[] = [];
  const sockets: Socket[] = [];
  work.onEnd(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let index = 0; index < HALF_OPEN; index += 1) {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    // Read, or the answer that ends it would look like a connection that is still open.
    socket.resume();
    socket.on('close', () => goneAt.push(performance.now() - startedAt));
    socket.write(`POST /v1/verify HTTP/1.1\r\nHost: ${host}\r\nX-Half: `);
    sockets.push(socket);
  }
  const times: number[] = [];
  while (performance.now() - startedAt < GONE_MS) {
    const askedAt = performance.now();
    await team.verify({ key: secret });
    times.push(performance.now() - askedAt);
  }
  times.sort((one, other) => one - other);
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  const last = Math.max(...goneAt);
  return {
    reached: `${String(goneAt.length)} of ${String(HALF_OPEN)} half-open connections gone, the last after ${(last / 1_000).toFixed(1)} s; honest p99 ${p99.toFixed(1)} ms of ${String(times.length)}`,
    holds: goneAt.length === HALF_OPEN && p99 < 50,
  };
}

/** Each cap at its edge: the last that fits, and the first that does not. */
async function caps(work: Workbench, program: Program): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { service, admin } = team.server();
  const { host } = new URL(service);
  const json = [`Authorization: Bearer ${team.serviceToken}`, 'Content-Type: application/json'];
  const verify = (body: string, headers: readonly string[] = json): string =>
    requestText({ method: 'POST', target: '/v1/verify', host, headers, body });
  const padded = (bytes: number): string => `{"x":"${'a'.repeat(bytes - 8)}"}`;
  const adminText = (body: string): string =>
    requestText({
      method: 'POST',
      target: '/api/keys.list',
      host: new URL(admin).host,
      headers: [`Authorization: Bearer ${team.start.adminToken}`, json[1] ?? ''],
      body,
    });
  const many = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `X-${String(index)}: 1`);
  const wanted: readonly (readonly [name: string, url: string, text: string, status: number])[] = [
    ['body of 8 KiB', service, verify(padded(8_192)), 400],
    ['body above 8 KiB', service, verify(padded(8_193)), 413],
    ['depth 16', admin, adminText(`{"filter":${'['.repeat(15)}${']'.repeat(15)}}`), 400],
    ['depth 17', admin, adminText(`{"filter":${'['.repeat(17)}${']'.repeat(17)}}`), 400],
    ['depth 30,000', admin, adminText(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), 400],
    ['a field twice', service, verify('{"key":"a","key":"b"}'), 400],
    ['100 headers', service, requestText({ target: '/healthz', host, headers: many(98) }), 200],
    ['more than 100 headers', service, requestText({ target: '/healthz', host, headers: many(120) }), 431],
    [
      'headers above 8 KiB',
      service,
      requestText({ target: '/healthz', host, headers: [`X-Big: ${'a'.repeat(9_000)}`] }),
      431,
    ],
    ['text/plain', service, verify('{}', [json[0] ?? '', 'Content-Type: text/plain']), 415],
    ['gzip', service, verify('{}', [...json, 'Content-Encoding: gzip']), 415],
    ['two Hosts', service, requestText({ target: '/healthz', host, headers: [`Host: ${host}`] }), 421],
    ['no Host', service, 'GET /healthz HTTP/1.1\r\n\r\n', 421],
    ['an absolute target', service, requestText({ target: `http://${host}/healthz`, host }), 421],
    [
      'PUT',
      service,
      requestText({ method: 'PUT', target: '/v1/verify', host, headers: json, body: '{}' }),
      405,
    ],
    ['TRACE', service, requestText({ method: 'TRACE', target: '/healthz', host }), 405],
  ];
  const wrong: string[] = [];
  for (const [name, url, text, status] of wanted) {
    const answer = await sendRaw(url, text);
    if (answer.status !== status)
      wrong.push(`${name}: ${String(answer.status)} instead of ${String(status)}`);
  }
  return {
    reached:
      wrong.length === 0
        ? `all ${String(wanted.length)} answered as they should`
        : `${String(wrong.length)} of ${String(wanted.length)} not: ${wrong.join('; ')}`,
    holds: wrong.length === 0,
  };
}

/** Paths that lead out of the folder of screens. */
async function traversal(work: Workbench, program: Program, count: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { admin } = team.server();
  const { host } = new URL(admin);
  const random = seededRandom(13);
  let out = 0;
  let faults = 0;
  let asked = 0;
  for (const path of pathsOut(random)) {
    if (asked >= count) break;
    asked += 1;
    const { status, text } = await sendRaw(admin, Buffer.from(requestText({ target: path, host }), 'latin1'));
    if (status >= 500) faults += 1;
    if (status === 200 && !/\r\ncontent-type: text\/html/i.test(text)) out += 1;
    if (/root:x:0|"dependencies"|SQLite format|PATH=|import \{/.test(text)) out += 1;
  }
  return {
    reached: `${String(out)} of ${asked.toLocaleString('en')} paths gave a file from outside, ${String(faults)} a 5xx`,
    holds: out === 0 && faults === 0,
  };
}

const STEPS = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..\\',
  '..%5c',
  '%252e%252e%252f',
  './../',
  '/../',
  '%00../',
  'assets/../../',
  '..;/',
  '%c0%ae%c0%ae/',
  '\u00e0\u0080\u00ae/',
];
const GOALS = [
  'package.json',
  'etc/passwd',
  'master.key',
  'keys.db',
  'main/headless.js',
  'index.html',
  'proc/self/environ',
  '.npmrc',
];

/** Each step up to nine times, and mixed ones, to each goal. */
function* pathsOut(random: Random): Generator<string> {
  for (let times = 1; times <= 9; times += 1) {
    for (const goal of GOALS) {
      for (const step of STEPS) yield `/${step.repeat(times)}${goal}`;
      yield `/${Array.from({ length: times }, () => random.pick(STEPS)).join('')}${goal}`;
    }
  }
}

const bodyLimit = {
  file: 'src-main/http/guard.ts',
  find: 'if (head.bodyBytes <= bytesMax) return null;',
  replace: 'return null;',
};

/** Requests at the edge of what is taken. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E3',
    promise: '300 half-open connections disturb nobody and are gone after 6 s',
    target: 'honest p99 < 50 ms, 300 of 300 gone',
    tier: 'T1',
    figure: (work) => slowloris(work, work.program),
    controls: [
      {
        fault: "Node's own time limits",
        run: (work) =>
          slowloris(
            work,
            work.patched([
              {
                file: 'src-main/http/loopback-server.ts',
                find: 'headersTimeout: 4_000',
                replace: 'headersTimeout: 60_000',
              },
              {
                file: 'src-main/http/loopback-server.ts',
                find: 'requestTimeout: 8_000',
                replace: 'requestTimeout: 300_000',
              },
              // Each of the two would be enough alone.
              {
                file: 'src-main/http/loopback-server.ts',
                find: 'const IDLE_MS = 5_000;',
                replace: 'const IDLE_MS = 300_000;',
              },
            ]),
          ),
      },
    ],
  },
  {
    id: 'E4',
    promise: 'Caps on bodies, depth, headers and types hold at their edges',
    target: '100 %',
    tier: 'T1',
    isBeside: true,
    figure: (work) => caps(work, work.program),
    controls: [{ fault: 'bodies may have any size', run: (work) => caps(work, work.patched([bodyLimit])) }],
  },
  {
    id: 'E10',
    promise: 'No path of the admin listener leads to a file outside of the screens',
    target: '0 of 1,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => traversal(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'paths are joined as they come',
        run: (work) =>
          traversal(
            work,
            work.patched([
              {
                file: 'src-main/platform/ui-files.ts',
                find: 'const mediaType = MEDIA_TYPES.get(extname(urlPath));',
                replace: "const mediaType = MEDIA_TYPES.get(extname(urlPath)) ?? 'text/plain';",
              },
              { file: 'src-main/platform/ui-files.ts', find: ' || !PLAIN_PATH.test(urlPath)', replace: '' },
              {
                file: 'src-main/platform/ui-files.ts',
                find: 'if (!path.startsWith(realRoot + sep)) return null;',
                replace: '',
              },
            ]),
            1_000,
          ),
      },
    ],
  },
];
