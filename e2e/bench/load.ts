import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import {
  canPin,
  hasProgram,
  isTooNoisy,
  LOAD_CORE,
  machineBusyMs,
  processorMs,
  waitForQuiet,
} from './machine.ts';

/** What is sent, in turn, and what every answer must hold. */
export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** One body a request, used in turn; empty for GET. */
  readonly bodies: readonly string[];
  /** Headers that change from request to request, used in turn; empty for none. */
  readonly headerSets: readonly Readonly<Record<string, string>>[];
  readonly mustContain: string;
}

/** One measured round. Latencies in ms; cpuUs = processor time of the server's process a request, µs. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuUs: number;
  /** Share of one core that programs outside of this benchmark used meanwhile. */
  readonly foreignShare: number;
}

interface Measured {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly bad: number;
  /** Processor time of the generator, ms. */
  readonly ownMs: number;
}

const TRIES = 3;

/** Closed-loop load over loopback against the process `pid`. Waits for a quiet machine, and measures again, at most twice, when
 *  others used more than a tenth of a core meanwhile. Throws when an answer was not a 200 with the expected text. */
export async function runLoad(
  load: Load,
  options: { readonly connections: number; readonly seconds: number; readonly pids: readonly number[] },
): Promise<Round> {
  let best: Round | null = null;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await waitForQuiet();
    const round = await once(load, options);
    if (best === null || round.foreignShare < best.foreignShare) best = round;
    if (!isTooNoisy(best.foreignShare)) break;
  }
  if (best === null) throw new Error('No round was measured.');
  return best;
}

async function once(
  load: Load,
  options: { readonly connections: number; readonly seconds: number; readonly pids: readonly number[] },
): Promise<Round> {
  const before = { at: performance.now(), busy: machineBusyMs(), server: sumOf(options.pids) };
  const measured = hasProgram('wrk') ? await runWrk(load, options) : await runAutocannon(load, options);
  const elapsedMs = performance.now() - before.at;
  const serverMs = sumOf(options.pids) - before.server;
  const foreignMs = machineBusyMs() - before.busy - serverMs - measured.ownMs;
  if (measured.bad > 0) {
    throw new Error(`${String(measured.bad)} answers of ${load.url} were not the expected ones.`);
  }
  return {
    requestsPerSecond: measured.requestsPerSecond,
    p50: measured.p50,
    p99: measured.p99,
    cpuUs: (serverMs * 1_000) / Math.max(1, measured.requests),
    foreignShare: Math.max(0, foreignMs / elapsedMs),
  };
}

function sumOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processorMs(pid), 0);
}

/** Middle value; the mean of the middle two when there is no middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

// wrk reads the requests from a file of JSON lines that holds them ready to send, so that its own core has the least to do.
const WRK_SCRIPT = `
local sent, bad, threads = 0, 0, {}
local requests = {}
function setup(thread) table.insert(threads, thread) end
function init(args)
  needle = args[2]
  for line in io.lines(args[1]) do
    requests[#requests + 1] = (line:gsub("\\\\(.)", { r = "\\r", n = "\\n", ["\\\\"] = "\\\\" }))
  end
  -- Anywhere in the list: each round would else begin with the keys of the former one.
  sent = os.time() * 7919 % #requests
end
function request() sent = sent % #requests + 1; return requests[sent] end
badAnswers = 0
function response(status, headers, body)
  if status ~= 200 or not string.find(body, needle, 1, true) then badAnswers = badAnswers + 1 end
end
function done(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("badAnswers") end
  io.write(string.format("\\nRESULT %d %d %.3f %.3f %d\\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong))
end
`;

async function runWrk(
  load: Load,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-load-'));
  try {
    const [script, requests] = [join(directory, 'load.lua'), join(directory, 'requests.txt')];
    writeFileSync(script, WRK_SCRIPT);
    writeFileSync(requests, rawRequests(load).map(escapeLine).join('\n'));
    const wrk = ['wrk', '-t1', `-c${String(connections)}`, `-d${String(seconds)}s`, '-s', script, load.url];
    const command = [
      ...(canPin ? ['taskset', '-c', LOAD_CORE] : []),
      ...wrk,
      '--',
      requests,
      load.mustContain,
    ];
    const { output, cpuMs } = await runProgram(command);
    const [, count, durationUs, p50, p99, bad] =
      /RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)/.exec(output) ?? [];
    if (count === undefined) throw new Error(`wrk gave no result: ${output}`);
    const numbers = { requests: Number(count), seconds: Number(durationUs) / 1e6 };
    return {
      requests: numbers.requests,
      requestsPerSecond: numbers.requests / numbers.seconds,
      p50: Number(p50),
      p99: Number(p99),
      bad: Number(bad),
      ownMs: cpuMs,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The requests as they go over the connection. */
export function rawRequests(load: Load): string[] {
  const url = new URL(load.url);
  const count = Math.max(load.bodies.length, load.headerSets.length, 1);
  return Array.from({ length: count }, (_, index) => {
    const body = load.bodies[index % Math.max(1, load.bodies.length)] ?? '';
    const own = load.headerSets[index % Math.max(1, load.headerSets.length)] ?? {};
    const headers = Object.entries({ Host: url.host, ...load.headers, ...own });
    if (load.method === 'POST') headers.push(['Content-Length', String(Buffer.byteLength(body))]);
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return `${load.method} ${url.pathname}${url.search} HTTP/1.1\r\n${head}\r\n${body}`;
  });
}

function escapeLine(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function runProgram(command: readonly string[]): Promise<{ output: string; cpuMs: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let cpuMs = 0;
    const watch = setInterval(() => {
      // 0 once it has ended: the last reading stands.
      cpuMs = Math.max(cpuMs, processorMs(child.pid ?? 0));
    }, 50);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', reject);
    child.once('close', () => {
      clearInterval(watch);
      resolve({ output, cpuMs });
    });
  });
}

async function runAutocannon(
  load: Load,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Measured> {
  const before = process.cpuUsage();
  const url = new URL(load.url);
  const count = Math.max(load.bodies.length, load.headerSets.length, 1);
  const result = await autocannon({
    url: url.origin,
    requests: Array.from({ length: count }, (_, index) => ({
      method: load.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...load.headers, ...load.headerSets[index % Math.max(1, load.headerSets.length)] },
      body: load.bodies[index % Math.max(1, load.bodies.length)] ?? '',
    })),
    connections,
    duration: seconds,
    verifyBody: (body) => body !== undefined && body.toString().includes(load.mustContain),
  });
  const used = process.cpuUsage(before);
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    bad: result.errors + result.timeouts + result.non2xx + result.mismatches,
    ownMs: (used.user + used.system) / 1_000,
  };
}
