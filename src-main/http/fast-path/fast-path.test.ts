import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE_TOKEN, testDoors } from '#main/http/doors.test-support.ts';
import { HttpWatch } from '#main/http/http-watch.ts';
import type { LoopbackListener } from '#main/http/loopback-server.ts';
import { startServiceServer } from '#main/http/service-server.ts';
import { RawRequests, seededChance } from './raw-requests.test-support.ts';
import type { Conversation } from './raw-requests.test-support.ts';

const CONVERSATIONS = 1_000;
const ATTEMPTS_MAX = 10;
const TURNS = 8;
/** Ids of one length, so that answers have one length. */
const FIRST_ID = 1_000_000;

interface Side {
  readonly listener: LoopbackListener;
  readonly state: ReturnType<typeof testDoors>['state'];
  readonly watch: HttpWatch;
}

let fast: Side;
let plain: Side;
beforeAll(async () => {
  [fast, plain] = await Promise.all([open(true), open(false)]);
});
afterAll(() => Promise.all([fast, plain].map(({ listener }) => listener.close(0))));

async function open(hasFastPath: boolean): Promise<Side> {
  const { service, state } = testDoors();
  state.ids = FIRST_ID;
  const watch = new HttpWatch({ access: null, monotonicMs: () => performance.now() });
  const listener = await startServiceServer(service, { port: 0, watch, hasFastPath });
  // Express is loaded when it is first asked for, which takes longer than these callers wait.
  await fetch(`${listener.url}/healthz`);
  return { listener, state, watch };
}

/** All that a listener answers to a conversation until it closes the connection; what differs from call to call is taken out.
 *  A system that resets a connection, because it was closed before all was read, throws away what was not read yet: then the
 *  conversation is held again. */
async function answersTo(conversation: Conversation, side: Side): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { answers, wasReset } = await converse(conversation, side);
    if (!wasReset) return answers;
  }
  return 'reset each time';
}

async function converse(
  conversation: Conversation,
  { listener }: Side,
): Promise<{ readonly answers: string; readonly wasReset: boolean }> {
  const socket = connect({ port: listener.port, host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  let wasReset = false;
  socket.on('error', () => (wasReset = true));
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const piece of conversation) {
    if (socket.writable) socket.write(piece.replaceAll('PORT', String(listener.port)), 'latin1');
    // Both ends are in this process: by then it was read and answered, however busy the machine is.
    for (let turns = 0; turns < TURNS; turns += 1) await turn();
  }
  socket.end();
  await closed;
  const answers = received
    .replaceAll(/^Date: .*$/gm, 'Date: …')
    .replaceAll(/req_\d+/g, 'req_…')
    .replaceAll(`:${String(listener.port)}`, ':PORT');
  return { answers, wasReset };
}

/** One after the other, so that each piece is read by itself. */
async function expectAlike(conversations: readonly Conversation[]): Promise<void> {
  for (const conversation of conversations) {
    const [ours, theirs] = [await answersTo(conversation, fast), await answersTo(conversation, plain)];
    expect({ conversation, answers: ours }).toEqual({ conversation, answers: theirs });
  }
}

/** What was counted, without times. */
function counted({ state, watch }: Side) {
  const samples = watch.metrics().find(({ name }) => name === 'latchkey_http_responses_total')?.samples ?? [];
  return {
    verified: state.verified,
    ids: state.ids,
    samples: new Set(samples.map((each) => JSON.stringify(each))),
  };
}

test(
  'nobody can tell which parser answered: requests good and bad, spoiled, cut and strung together',
  { timeout: 120_000 },
  async () => {
    const requests = new RawRequests(seededChance(20_261_122));
    await expectAlike(Array.from({ length: CONVERSATIONS }, () => requests.conversation()));
    // As many decisions, ids and answers: none was lost, and none was made twice.
    expect(counted(fast)).toEqual(counted(plain));
    expect(fast.state.verified).toBeGreaterThan(CONVERSATIONS / 4);
  },
);

const HEAD = [
  'Host: 127.0.0.1:PORT',
  `Authorization: Bearer ${SERVICE_TOKEN}`,
  'Content-Type: application/json',
];
const BODY = '{"key":"lk_live_x","method":"GET","path":"/"}';
const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n';
const whole = (headers: readonly string[], body: string, line = 'POST /v1/verify HTTP/1.1') =>
  `${line}\r\n${[...HEAD, ...headers].join('\r\n')}\r\n\r\n${body}`;
const good = whole([`Content-Length: ${String(BODY.length)}`], BODY);
const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

test('both say alike for how long an answer may be kept, of seconds that change from one answer to the next', async () => {
  const body = BODY.replace('"/"', '"/offers"');
  const refused = whole([`Content-Length: ${String(body.length)}`], body);
  const forward = [
    'GET /forward-auth/nginx HTTP/1.1',
    'Host: 127.0.0.1:PORT',
    `X-Latchkey-Service: ${SERVICE_TOKEN}`,
    'X-Original-Method: GET',
    'X-Original-URI: /',
    'Authorization: Bearer lk_live_x',
    '\r\n',
  ].join('\r\n');
  // What is due in 30.5 s is counted from the sending, behind the wait for the log.
  for (const [permitted, writesForMs, seconds] of [
    [0, 0, 0],
    [1, 0, 1],
    [1, 999, 1],
    [1, 1_000, 0],
    [60, 0, 30],
    [60, 500, 30],
    [60, 501, 29],
    [60, 31_000, 0],
    [5, 0, 5],
    [5, 3_700, 2],
    [5, 86_400_000, 0],
    [0, 0, 0],
  ] as const) {
    for (const { state } of [fast, plain]) Object.assign(state, { keepSeconds: permitted, writesForMs });
    const told = seconds === 0 ? 'no-store' : `private, max-age=${String(seconds)}`;
    await expectAlike([[good, refused, forward, good]]);
    const fields =
      (await answersTo([good, refused, forward], fast)).match(/^(Cache-Control|Vary): .*$/gm) ?? [];
    const [verified, denied, forwarded, vary] = fields.map((field) => field.trim());
    expect([verified, denied, forwarded]).toEqual(
      [told, 'no-store', told].map((each) => `Cache-Control: ${each}`),
    );
    if (seconds === 0) expect(vary).toBeUndefined();
    else expect(vary).toMatch(/^Vary: .*Authorization, X-Api-Key, .*X-Original-Method, X-Original-Uri/);
  }
});

/** Requests whose end two parsers may see in different places. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  'length and chunks': whole(
    [`Content-Length: ${String(BODY.length)}`, 'Transfer-Encoding: chunked'],
    chunked,
  ),
  'a length that covers the chunks': whole(
    [`Content-Length: ${String(chunked.length)}`, 'Transfer-Encoding: chunked'],
    chunked,
  ),
  'chunks and length': whole(['Transfer-Encoding: chunked', 'Content-Length: 4'], chunked),
  chunks: whole(['Transfer-Encoding: chunked'], chunked),
  'chunk extensions': whole(
    ['Transfer-Encoding: chunked'],
    `${BODY.length.toString(16)};a="\r\n"\r\n${BODY}\r\n0\r\n\r\n`,
  ),
  trailers: whole(['Transfer-Encoding: chunked', 'Trailer: X-A'], chunked.replace(/\r\n$/, 'X-A: 1\r\n\r\n')),
  'an obscured coding': whole(
    ['Transfer-Encoding: xchunked', `Content-Length: ${String(BODY.length)}`],
    BODY,
  ),
  'a coding behind a tab': whole(['Transfer-Encoding:\tchunked', 'Content-Length: 4'], chunked),
  'two lengths': whole([`Content-Length: ${String(BODY.length)}`, 'Content-Length: 5'], BODY),
  'two equal lengths': whole(
    [`Content-Length: ${String(BODY.length)}`, `Content-Length: ${String(BODY.length)}`],
    BODY,
  ),
  'a list of lengths': whole([`Content-Length: ${String(BODY.length)}, ${String(BODY.length)}`], BODY),
  'a signed length': whole([`Content-Length: +${String(BODY.length)}`], BODY),
  'a negative length': whole(['Content-Length: -1'], BODY),
  'a length with zeros': whole([`Content-Length: 00${String(BODY.length)}`], BODY),
  'a length in hex': whole(['Content-Length: 0x2d'], BODY),
  'a length with a space': whole([`Content-Length: ${String(BODY.length)} `], BODY),
  'a length beyond numbers': whole(['Content-Length: 18446744073709551661'], BODY),
  'a length of none': whole(['Content-Length:'], BODY),
  'no length': whole([], BODY),
  'a length of zero': whole(['Content-Length: 0'], BODY),
  'a shorter length': whole([`Content-Length: ${String(BODY.length - 1)}`], BODY),
  'a longer length': whole([`Content-Length: ${String(BODY.length + 1)}`], BODY),
  'a space before the colon': whole([`Content-Length : ${String(BODY.length)}`], BODY),
  'a folded header': whole(['X-A: 1', ` Content-Length: ${String(BODY.length)}`], BODY),
  'a bare line feed': whole([`X-A: 1\nContent-Length: ${String(BODY.length)}`], BODY),
  'a bare carriage return': whole([`X-A: 1\rContent-Length: ${String(BODY.length)}`], BODY),
  'only line feeds': good.replaceAll('\r\n', '\n'),
  'a NUL in a value': whole([`Content-Length: ${String(BODY.length)}`, 'X-A: 1\0'], BODY),
  'a NUL in a name': whole([`Content-Length: ${String(BODY.length)}`, 'X\0A: 1'], BODY),
  'an empty name': whole([`Content-Length: ${String(BODY.length)}`, ': 1'], BODY),
  'a line without a colon': whole([`Content-Length: ${String(BODY.length)}`, 'X-A'], BODY),
  'a line break in front': `\r\n${good}`,
  'two Hosts': whole([`Content-Length: ${String(BODY.length)}`, 'Host: evil.test'], BODY),
  'an upgrade': whole(
    [`Content-Length: ${String(BODY.length)}`, 'Connection: upgrade', 'Upgrade: websocket'],
    BODY,
  ),
  'to be continued': whole([`Content-Length: ${String(BODY.length)}`, 'Expect: 100-continue'], BODY),
  'the end of the connection': whole([`Content-Length: ${String(BODY.length)}`, 'Connection: close'], BODY),
  'two wishes for the connection': whole(
    [`Content-Length: ${String(BODY.length)}`, 'Connection: keep-alive', 'Connection: close'],
    BODY,
  ),
  'a GET with a body': whole(
    [`Content-Length: ${String(SMUGGLED.length)}`],
    SMUGGLED,
    'GET /forward-auth/nginx HTTP/1.1',
  ),
  'a GET with chunks': whole(['Transfer-Encoding: chunked'], chunked, 'GET /forward-auth/nginx HTTP/1.1'),
  'an absolute target': whole(
    [`Content-Length: ${String(BODY.length)}`],
    BODY,
    'POST http://127.0.0.1:PORT/v1/verify HTTP/1.1',
  ),
  'a fragment': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST /v1/verify#a HTTP/1.1'),
  'a query': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST /v1/verify?a=b HTTP/1.1'),
  'an encoded path': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST /v1/%76erify HTTP/1.1'),
  'two spaces': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST  /v1/verify HTTP/1.1'),
  'HTTP/1.0': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST /v1/verify HTTP/1.0'),
  'HTTP/1.2': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'POST /v1/verify HTTP/1.2'),
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a small method': whole([`Content-Length: ${String(BODY.length)}`], BODY, 'post /v1/verify HTTP/1.1'),
  '101 headers': whole(
    [...Array.from({ length: 98 }, (_, n) => `X-${String(n)}: 1`), `Content-Length: ${String(BODY.length)}`],
    BODY,
  ),
  '8 KiB of headers': whole([`X-Long: ${'x'.repeat(8_000)}`, `Content-Length: ${String(BODY.length)}`], BODY),
};

test.each(Object.entries(AMBIGUOUS))(
  '%s: read as by Node alone, also before and behind good requests',
  async (_name, request) => {
    const behind = `${request}${SMUGGLED}`;
    await expectAlike([
      [request],
      [request, good],
      [behind],
      [good, request, good],
      [good + request + good],
      [good, behind],
      [good, request.slice(0, 40), request.slice(40)],
    ]);
  },
);
