import { Agent, request } from 'node:http';

/** Connections that are kept, for a load; `close` drops them. */
export interface Connections {
  /** One POST with a JSON body; null when its answer did not arrive whole. */
  readonly post: (
    url: string,
    token: string,
    body: unknown,
  ) => Promise<{ readonly status: number; readonly body: unknown } | null>;
  /** Whole answers so far. */
  readonly answered: () => number;
  readonly close: () => void;
}

/** At most `maxSockets` connections to each server; a request waits at most `timeoutMs` for its answer. */
export function keepConnections(maxSockets: number, timeoutMs = 30_000): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets });
  let answered = 0;
  return {
    answered: () => answered,
    close: () => {
      agent.destroy();
    },
    post: (url, token, body) =>
      new Promise((resolve) => {
        const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
        const sent = request(url, { agent, method: 'POST', headers, timeout: timeoutMs }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', () => {
            resolve(null);
          });
          response.on('close', () => {
            if (response.complete) answered += 1;
            resolve(response.complete ? { status: response.statusCode ?? 0, body: parsed(text) } : null);
          });
        });
        sent.on('error', () => {
          resolve(null);
        });
        sent.on('timeout', () => sent.destroy());
        sent.end(JSON.stringify(body));
      }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
