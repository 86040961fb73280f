import { connect } from 'node:net';
import { z } from 'zod';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Lower-case names; the first of each. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every header line, as sent. */
  readonly lines: readonly string[];
  readonly text: string;
  readonly body: z.infer<typeof problemShape> | null;
}

const problemShape = z.looseObject({
  code: z.string(),
  status: z.number(),
  title: z.string(),
  detail: z.string(),
  requestId: z.string(),
});

/** Sends one request as a proxy writes it, header lines in the order given, and reads the answer. */
export function ask(
  url: string,
  requestLine: string,
  headers: readonly (readonly [name: string, value: string])[],
  body = '',
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host');
  const all = [...(hasHost ? [] : [['Host', host] as const]), ...headers, ['Connection', 'close'] as const];
  const head = [`${requestLine} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''];
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(head.join('\r\n') + body, 'latin1'));
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(parse(received));
    });
  });
}

function parse(received: string): RawAnswer {
  const end = received.indexOf('\r\n\r\n');
  const [first = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  const text = received.slice(end + 4);
  const isProblem = headers['content-type'] === 'application/problem+json' && text !== '';
  return {
    status: Number(first.split(' ')[1]),
    headers,
    lines,
    text,
    body: isProblem ? problemShape.parse(JSON.parse(text)) : null,
  };
}
