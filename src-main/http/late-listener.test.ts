import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { requestId } from '#contract/ids.ts';
import { lateListener } from './late-listener.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(load: () => Promise<RequestListener>) {
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const door = {
    newRequestId: () => requestId.parse(`req_${'0'.repeat(26)}`),
    logger: { info: log, warn: log, error: log },
  };
  const server = createServer(lateListener(door, load));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const post = (text: string) =>
    fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, {
      method: 'POST',
      body: text,
    });
  return { post, logged };
}

const echo: RequestListener = (request, response) => {
  request.pipe(response);
};

it('requests that come while it loads are answered with their whole body, and it loads once', async () => {
  let loads = 0;
  const { post } = await serve(async () => {
    loads += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return echo;
  });
  const bodies = ['a'.repeat(100_000), 'b', 'c'];
  const answers = await Promise.all(bodies.map(async (body) => (await post(body)).text()));
  expect(answers).toEqual(bodies);
  expect(loads).toBe(1);
});

it('files that are gone are a 500 that says to start anew, and the next request tries again', async () => {
  let loads = 0;
  const { post, logged } = await serve(() => {
    loads += 1;
    return loads === 1 ? Promise.reject(new Error('ENOENT')) : Promise.resolve(echo);
  });
  const refused = await post('one');
  expect(refused.status).toBe(500);
  expect(await refused.json()).toMatchObject({
    code: 'INTERNAL',
    detail: expect.stringContaining('Start Latchkey anew') as string,
  });
  expect(logged).toHaveLength(1);
  expect(await (await post('two')).text()).toBe('two');
});
