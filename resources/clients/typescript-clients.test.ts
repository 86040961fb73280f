import { createServer } from 'node:http';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import express from 'express';
import createFastify from 'fastify';
import { Hono } from 'hono';
import { clientSuite } from './client-suite.test-support.ts';
import { latchkeyExpress } from './typescript/express.ts';
import { latchkeyFastify } from './typescript/fastify.ts';
import { latchkeyHono } from './typescript/hono.ts';
import { createLatchkey } from './typescript/latchkey.ts';
import { listening } from './unavailable-suite.test-support.ts';
import type { ServiceOptions } from './unavailable-suite.test-support.ts';

const clientOf = (options: ServiceOptions) => createLatchkey({ ...options, reports: { flushMs: 50 } });
const isBroken = (path: string) => path.endsWith('/broken');

clientSuite('Express', async (options) => {
  const latchkey = clientOf(options);
  const app = express();
  const inventory = express.Router();
  inventory.use(latchkeyExpress(latchkey));
  inventory.all('/*rest', (request, response) => {
    response.status(isBroken(request.path) ? 500 : 200).send(request.latchkey?.key.keyId ?? 'nobody');
  });
  app.use('/inventory', inventory);
  const server = createServer(app);
  const url = await listening(server);
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await latchkey.close();
    },
  };
});

clientSuite('Fastify', async (options) => {
  const latchkey = clientOf(options);
  const app = createFastify();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume().on('end', () => {
      done(null);
    });
  });
  app.addHook('onRequest', latchkeyFastify(latchkey));
  app.all('/inventory/*', (request, reply) =>
    reply.code(isBroken(request.url) ? 500 : 200).send(request.latchkey?.key.keyId ?? 'nobody'),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close().then(latchkey.close) };
});

clientSuite('Hono', async (options) => {
  const latchkey = clientOf(options);
  const app = new Hono();
  const clientIpOf = (context: Parameters<typeof getConnInfo>[0]) => getConnInfo(context).remote.address;
  app.use('/inventory/*', latchkeyHono(latchkey, { clientIpOf }));
  app.all('/inventory/*', (context) =>
    context.text(context.get('latchkey')?.key.keyId ?? 'nobody', isBroken(context.req.path) ? 500 : 200),
  );
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({
        url: `http://127.0.0.1:${String(port)}`,
        close: async () => {
          await new Promise((closed) => server.close(closed));
          await latchkey.close();
        },
      });
    });
  });
});
