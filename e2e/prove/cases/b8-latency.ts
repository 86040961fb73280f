import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { OpenLoopPlan, OpenLoopResult } from '../../bench/open-loop-client.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { percentile } from '../decision-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { startTeamServer } from '../worlds/team-server.ts';

const MEDIAN_US_MAX = 20;
const P99_MS_MAX = 10;
const PER_SECOND = 2_000;
const CONNECTIONS = 64;
const KEYS = 200;
const WARM_UP_SECONDS = 1;
const CLIENT = resolve(import.meta.dirname, '../../bench/open-loop-client.ts');

/** Decisions about many keys in turn, each timed by itself. */
async function inProcess(work: Workbench, program: Program, count: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const secrets: string[] = [];
  for (let key = 0; key < KEYS; key += 1) secrets.push((await world.newKey()).secret);
  const tookMs: number[] = [];
  let refused = 0;
  // Until what runs often is compiled.
  const warmUp = Math.ceil(count / 10);
  for (let turn = 0; turn < warmUp + count; turn += 1) {
    const secret = secrets[turn % KEYS] ?? '';
    const startedAt = performance.now();
    const code = world.codeOf(secret);
    if (turn >= warmUp) tookMs.push(performance.now() - startedAt);
    if (code !== 'VALID') refused += 1;
  }
  const medianUs = percentile(tookMs, 0.5) * 1_000;
  return {
    reached: `median ${medianUs.toFixed(1)} µs, p99 ${(percentile(tookMs, 0.99) * 1_000).toFixed(1)} µs of ${count.toLocaleString('en')}, ${String(refused)} refused`,
    holds: medianUs <= MEDIAN_US_MAX && refused === 0,
  };
}

/** The same over HTTP at a fixed rate, by the side of a server that only answers: on a machine that others use, both wait. */
async function overHttp(work: Workbench, program: Program, seconds: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { secret } = await team.newKey();
  const body = JSON.stringify({ key: secret, method: 'GET', path: '/inventory/42' });
  const run = (url: string, round: string, lasts: number): Promise<OpenLoopResult> =>
    openLoop(work, { url, round, seconds: lasts, serviceToken: team.serviceToken, body });
  const bareUrl = await startBareServer(work);
  await run(team.server().service, 'warm-up', WARM_UP_SECONDS);
  await run(bareUrl, 'bare-warm-up', WARM_UP_SECONDS);
  const { p50, p99, bad, requests } = await run(team.server().service, 'measured', seconds);
  const bare = await run(bareUrl, 'bare', seconds);
  const bareMs = bare.p99 / 1_000;
  const p99Ms = p99 / 1_000;
  return {
    reached: `p99 ${p99Ms.toFixed(1)} ms, median ${(p50 / 1_000).toFixed(2)} ms of ${requests.toLocaleString('en')} at ${PER_SECOND.toLocaleString('en')}/s, ${String(bad)} wrong; a server that only answers: p99 ${bareMs.toFixed(1)} ms`,
    holds: bad === 0 && bare.bad === 0 && p99Ms <= Math.max(P99_MS_MAX, 2 * bareMs),
  };
}

interface Round {
  readonly url: string;
  readonly round: string;
  readonly seconds: number;
  readonly serviceToken: string;
  readonly body: string;
}

/** From a process of its own, so that it does not wait for what it measures. */
async function openLoop(work: Workbench, { url, round, seconds, ...sent }: Round): Promise<OpenLoopResult> {
  const { hostname, port, host } = new URL(url);
  const head = [
    'POST /v1/verify HTTP/1.1',
    `Host: ${host}`,
    `Authorization: Bearer ${sent.serviceToken}`,
    'Content-Type: application/json',
    `Content-Length: ${String(sent.body.length)}`,
  ];
  const plan: OpenLoopPlan = {
    host: hostname,
    port: Number(port),
    requests: [`${head.join('\r\n')}\r\n\r\n${sent.body}`],
    mustContain: '"VALID"',
    perSecond: PER_SECOND,
    seconds,
    connections: CONNECTIONS,
  };
  const file = join(work.directory, `${round}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, file]);
  return JSON.parse(stdout) as OpenLoopResult;
}

/** Reads the body and answers always the same. */
async function startBareServer(work: Workbench): Promise<string> {
  const answer = JSON.stringify({ valid: true, code: 'VALID' });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  work.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A decision that takes a millisecond. */
const SLOW: SourceFault = {
  file: 'src-main/verify/verify-key.ts',
  find: '  const credential = readCredential(request, parts.keyShapes());\n',
  replace:
    '  const credential = readCredential(request, parts.keyShapes());\n  for (const until = performance.now() + 1; performance.now() < until;);\n',
};

/** How long a decision takes. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B8',
    promise: 'A decision takes some microseconds',
    target: 'median at most 20 µs in process',
    tier: 'T1',
    figure: (work) => inProcess(work, work.program, work.count(200_000)),
    controls: [
      {
        fault: 'a decision takes a millisecond more',
        run: (work) => inProcess(work, work.patched([SLOW]), 1_000),
      },
    ],
  },
  {
    id: 'B8h',
    promise: 'Over HTTP, 2,000 decisions a second are answered within some milliseconds',
    target:
      'p99 at most 10 ms at 2,000/s; on a busy machine at most twice that of a server that only answers, in the same run',
    tier: 'T1',
    figure: (work) => overHttp(work, work.program, Math.max(2, work.count(8))),
    controls: [
      {
        fault: 'a decision takes a millisecond more',
        run: (work) => overHttp(work, work.patched([SLOW]), 2),
      },
    ],
  },
];
