import { SERVICE_TOKEN, STRANGE_SERVICE_TOKEN } from '#main/http/doors.test-support.ts';

/** Numbers from 0 to below 1 that look like chance and are the same for the same seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a caller sends over one connection: texts of bytes (Latin-1), each in a write of its own. */
export type Conversation = readonly string[];

const BODIES = [
  '{"key":"lk_live_x","method":"GET","path":"/inventory/42"}',
  '{"key":"lk_live_x","method":"GET","path":"/offers"}',
  '{ "key": "lk_live_x", "scopes": ["a", "b"], "clientIp": "203.0.113.9", "cost": 2 }',
  '{"key":"lk_live_x","method":"GET","path":"/","requestId":"taken"}',
  '{"key":"lk_live_x","method":"GET","path":"/sm\u00c3\u00b8rrebr\u00c3\u00b8d"}',
  '{"key":"\\u006ck_live_x","method":"get","path":"/"}',
  '{"key":"lk_live_x"}',
  '{"key":"lk_live_x","method":"GET","path":"/","pth":1}',
  '[]',
  'null',
  'rubbish',
  ' ',
  `{"key":"${'x'.repeat(4_000)}","method":"GET","path":"/"}`,
  `{"key":"${'x'.repeat(9_000)}","method":"GET","path":"/"}`,
  'GET /healthz HTTP/1.1\r\n\r\n',
];
const HOSTS = ['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', 'evil.test', '127.0.0.1'];
const TOKENS = [`Bearer ${SERVICE_TOKEN}`, `Bearer ${STRANGE_SERVICE_TOKEN}`, 'Basic x'];
/** Said by some and not by others; most of them change how a request is read. */
const EXTRA = [
  'User-Agent: check/1.0',
  'Accept: */*',
  'accept-encoding: gzip, br',
  'X-Empty:',
  'X-Tab:\tone',
  'X-Space:   three   ',
  'X_Under: score',
  "X-Odd!#$%&'*+.^`|~: token",
  'X-Latin: \u00e9',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01',
  'Connection: keep-alive',
  'Connection: Keep-Alive',
  'Connection: close',
  'Connection: keep-alive, X-Other',
  'Keep-Alive: timeout=5',
  'Expect: 200-ok',
  'Upgrade: h2c',
  'TE: trailers',
  'Origin: http://127.0.0.1:PORT',
  'Origin: https://evil.test',
  'Content-Encoding: gzip',
  'Cookie: a=b; c=d',
  `X-Long: ${'y'.repeat(2_000)}`,
  `X-Longer: ${'y'.repeat(8_000)}`,
];
const PROXY = [
  'X-Original-Method: GET',
  'X-Original-URI: /inventory/42',
  'X-Forwarded-Method: GET',
  'X-Forwarded-Uri: /inventory/42?x=1',
  'X-Forwarded-For: 203.0.113.9',
  'X-API-Key: lk_live_x',
  'Authorization: Bearer lk_live_x',
  'X-Latchkey-Options: consumer-headers, legacy-rate-limit',
];
const TARGETS = [
  'nginx',
  'generic',
  'haproxy',
  'apisix',
  'envoy/inventory/42',
  'envoy',
  'nobody',
  'nginx?a=b',
];

/** Makes requests, good and bad; `PORT` stands for the port. */
export class RawRequests {
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** A few requests over one connection, some spoiled, cut at any place or not at all. */
  conversation(): Conversation {
    const requests = Array.from({ length: 1 + this.#below(4) }, () => this.#request());
    const spoiled = this.#isOneOf(3) ? requests.map((request) => this.#spoil(request)) : requests;
    if (this.#isOneOf(4)) return [spoiled.join('')];
    return this.#isOneOf(4) ? this.#cut(spoiled.join('')) : spoiled;
  }

  #request(): string {
    const kind = this.#below(10);
    if (kind < 6) return this.#verify();
    return kind < 9 ? this.#forwardAuth() : 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n';
  }

  #verify(): string {
    const body = this.#oftenFirst(BODIES);
    const headers = [
      `Host: ${this.#oftenFirst(HOSTS)}`,
      `${this.#pick(['Authorization', 'authorization', 'AUTHORIZATION'])}: ${this.#oftenFirst(TOKENS)}`,
      `Content-Type: ${this.#oftenFirst(['application/json', 'application/json; charset=utf-8', 'text/plain'])}`,
      `Content-Length:${this.#pick([' ', ' ', ' ', ''])}${String(body.length)}`,
      ...this.#some(EXTRA),
    ];
    return `POST /v1/verify HTTP/1.1\r\n${this.#shuffled(headers).join('\r\n')}\r\n\r\n${body}`;
  }

  #forwardAuth(): string {
    const headers = [
      `Host: ${this.#oftenFirst(HOSTS)}`,
      `X-Latchkey-Service: ${this.#pick([SERVICE_TOKEN, SERVICE_TOKEN, STRANGE_SERVICE_TOKEN])}`,
      ...PROXY.filter(() => !this.#isOneOf(4)),
      ...this.#some(EXTRA),
    ];
    const method = this.#pick(['GET', 'GET', 'GET', 'HEAD', 'DELETE']);
    const version = this.#pick(['1.1', '1.1', '1.1', '1.0']);
    const target = `/forward-auth/${this.#pick(TARGETS)}`;
    return `${method} ${target} HTTP/${version}\r\n${this.#shuffled(headers).join('\r\n')}\r\n\r\n`;
  }

  /** One change of a byte or a few. */
  #spoil(request: string): string {
    const at = this.#below(request.length);
    const odd = this.#pick([
      '\0',
      '\r',
      '\n',
      '\t',
      ' ',
      ':',
      ',',
      ';',
      '\u007f',
      '\u0080',
      '\u00ff',
      '0',
      'A',
      '\r\n',
    ]);
    switch (this.#below(4)) {
      case 0:
        return request.slice(0, at) + odd + request.slice(at + 1);
      case 1:
        return request.slice(0, at) + odd + request.slice(at);
      case 2:
        return request.slice(0, at) + request.slice(at + 1 + this.#below(3));
      default:
        return request.slice(0, at) + request.slice(Math.max(0, at - this.#below(20)));
    }
  }

  #cut(text: string): Conversation {
    const at = 1 + this.#below(text.length);
    return at >= text.length || this.#isOneOf(2)
      ? [text.slice(0, at), text.slice(at)]
      : [text.slice(0, at), ...this.#cut(text.slice(at))];
  }

  #some(values: readonly string[]): readonly string[] {
    const count = this.#isOneOf(2) ? 0 : this.#below(4);
    return Array.from({ length: count }, () => this.#pick(values));
  }

  #shuffled(values: readonly string[]): readonly string[] {
    return values
      .map((value) => ({ value, order: this.#chance() }))
      .sort((a, b) => a.order - b.order)
      .map(({ value }) => value);
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error('Nothing to choose from.');
    return value;
  }

  #oftenFirst(values: readonly string[]): string {
    return this.#isOneOf(3) ? this.#pick(values) : (values[0] ?? '');
  }

  #isOneOf(count: number): boolean {
    return this.#below(count) === 0;
  }

  #below(count: number): number {
    return Math.floor(this.#chance() * count);
  }
}
