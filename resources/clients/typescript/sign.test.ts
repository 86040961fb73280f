import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { listening } from '../unavailable-suite.test-support.ts';
import { latchkeyExpress } from './express.ts';
import { createLatchkey } from './latchkey.ts';
import { contentDigest, signatureHeaders } from './sign.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const publicKeys = [publicKey.export({ type: 'spki', format: 'pem' }).toString()];
let serviceUrl: string;
let close: () => Promise<void>;

beforeAll(async () => {
  world = await openDialectHouse();
  await world.ok('services.update', { serviceId: world.trade.id, keepLiveSeconds: 60 }, z.unknown());
  // The server takes no signature that a run before it can have taken.
  world.house.tick(10_000);
  const { url } = world.house.service;
  const latchkey = createLatchkey({ url, token: world.trade.token, timeoutMs: 5_000, cacheMs: 60_000 });
  const app = express();
  app.use(express.text(), latchkeyExpress(latchkey));
  app.all('/*rest', (request, response) => {
    const isAsSigned = request.get('content-digest') === contentDigest(String(request.body ?? ''));
    response.status(request.method === 'GET' || isAsSigned ? 200 : 422).end();
  });
  const server = createServer(app);
  serviceUrl = await listening(server);
  close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await latchkey.close();
    await world.house.close();
  };
});
afterAll(() => close());

const signer = (keyId: string) => ({ privateKey, keyId, nowMs: world.house.core.clock.nowMs() });
const send = async (key: string, path: string, init: RequestInit) =>
  (
    await fetch(`${serviceUrl}${path}`, {
      ...init,
      headers: { ...init.headers, 'X-API-Key': key, 'Content-Type': 'text/plain' },
    })
  ).status;

test('a request that is signed with the shipped signer passes the shipped middleware once, also where grants are kept', async () => {
  const { keyId, secret } = await world.newKey({ signedBy: { publicKeys } });
  const path = '/inventory/42?page=2&x=%20';
  const headers = signatureHeaders({ method: 'GET', url: `${serviceUrl}${path}` }, signer(keyId));
  expect(await send(secret, path, { headers })).toBe(200);
  expect(await send(secret, path, { headers })).toBe(403);
  expect(await send(secret, path, {})).toBe(403);
  expect(
    await send(secret, '/inventory/42?page=3', {
      headers: signatureHeaders({ method: 'GET', url: path }, signer(keyId)),
    }),
  ).toBe(403);
  expect(
    await send(secret, path, { headers: signatureHeaders({ method: 'get', url: path }, signer(keyId)) }),
  ).toBe(200);
});

test('a body is signed by its digest, and the service sees when another one came', async () => {
  const { keyId, secret } = await world.newKey({
    signedBy: { publicKeys, coversBody: true },
    scopeIds: [world.trade.writeScopeId],
  });
  const post = (signedBody: string | undefined, body: string) => {
    const request = {
      method: 'POST',
      url: '/inventory/42',
      ...(signedBody === undefined ? {} : { body: signedBody }),
    };
    return send(secret, '/inventory/42', {
      method: 'POST',
      body,
      headers: signatureHeaders(request, signer(keyId)),
    });
  };
  expect(await post('order ü', 'order ü')).toBe(200);
  expect(await post('order', 'another order')).toBe(422);
  expect(await post(undefined, 'order')).toBe(403);
});
