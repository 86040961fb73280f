import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** A generator of requests at a fixed mean rate (Poisson arrivals), whatever the server does. Latency counts from the moment at which
 *  a request was due, so that a server that stalls cannot hide its queue. Reads a plan (JSON file), prints one line of JSON. */
export interface OpenLoopPlan {
  readonly host: string;
  readonly port: number;
  /** Requests ready to send, used in turn. */
  readonly requests: readonly string[];
  readonly mustContain: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Latencies in µs. */
export interface OpenLoopResult {
  readonly requests: number;
  readonly bad: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

interface Connection {
  readonly socket: Socket;
  dueAt: number;
  received: string;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as OpenLoopPlan;
const requests = plan.requests.map((text) => Buffer.from(text, 'latin1'));
const latencies: number[] = [];
const due: number[] = [];
const free: Connection[] = [];
let sent = 0;
let bad = 0;

const connections = await Promise.all(Array.from({ length: plan.connections }, () => open()));
free.push(...connections);
const startAt = performance.now();
const endAt = startAt + plan.seconds * 1_000;
let nextAt = startAt;
tick();

function open(): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: plan.host, port: plan.port, noDelay: true });
    const connection: Connection = { socket, dueAt: 0, received: '' };
    socket.setEncoding('latin1');
    socket.once('connect', () => {
      resolve(connection);
    });
    socket.once('error', reject);
    socket.on('data', (text: string) => {
      receive(connection, text);
    });
  });
}

function tick(): void {
  const now = performance.now();
  while (nextAt <= now && nextAt < endAt) {
    due.push(nextAt);
    nextAt += (-Math.log(1 - Math.random()) * 1_000) / plan.perSecond;
  }
  send();
  const isOver = now >= endAt && due.length === 0 && free.length === connections.length;
  // Two seconds for stragglers; what is missing then is counted as bad.
  if (isOver || now > endAt + 2_000) finish();
  else setImmediate(tick);
}

function send(): void {
  while (due.length > 0 && free.length > 0) {
    const connection = free.shift();
    const request = requests[sent % requests.length];
    if (connection === undefined || request === undefined) return;
    connection.dueAt = due.shift() ?? 0;
    sent += 1;
    connection.socket.write(request);
  }
}

function receive(connection: Connection, text: string): void {
  connection.received += text;
  const headEnd = connection.received.indexOf('\r\n\r\n');
  if (headEnd < 0) return;
  const length = /\r\ncontent-length: (\d+)/i.exec(connection.received)?.[1] ?? '0';
  if (connection.received.length < headEnd + 4 + Number(length)) return;
  latencies.push(performance.now() - connection.dueAt);
  if (!connection.received.startsWith('HTTP/1.1 200') || !connection.received.includes(plan.mustContain))
    bad += 1;
  connection.received = '';
  free.push(connection);
}

function finish(): void {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1_000);
  const result: OpenLoopResult = {
    requests: sent,
    bad: bad + due.length + (connections.length - free.length),
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
