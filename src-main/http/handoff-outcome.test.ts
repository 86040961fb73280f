import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openHandoffHouse, WRONG, type HandoffHouse } from './handoff-house.test-support.ts';
import { post } from './house.test-support.ts';

let open: HandoffHouse;
beforeAll(async () => {
  open = await openHandoffHouse();
}, 60_000);
afterAll(() => open.house.close());

describe('the guard', () => {
  const outside = { Host: 'keys.acme.example' };

  test('lets people outside in to public pages, with the form of a page that tells nobody where they were', async () => {
    const one = await open.handOff();
    expect((await open.visit(one.path, { headers: outside })).status).toBe(200);
    for (const origin of ['null', 'https://keys.acme.example']) {
      const sent = { code: '', headers: { ...outside, Origin: origin } };
      expect((await open.visit(one.path, sent)).status).toBe(403);
    }
    expect((await open.visit(one.path, { code: one.code, headers: outside })).text).toContain(one.text);
  });

  test('keeps everything else from them, and other pages from everything', async () => {
    const one = await open.handOff();
    for (const path of ['/healthz', '/v1/whoami', '/metrics', '/openapi.json', '/h']) {
      expect((await open.visit(path, { headers: outside })).status).toBe(421);
    }
    expect((await open.visit(one.path, { headers: { Host: 'evil.example' } })).status).toBe(421);
    const evil = { code: one.code, headers: { Origin: 'https://evil.example' } };
    expect((await open.visit(one.path, evil)).status).toBe(403);
    const verify = await fetch(`${open.house.service.url}/v1/verify`, {
      method: 'POST',
      headers: {
        Origin: 'null',
        'Content-Type': 'application/json',
        Authorization: `Bearer ${open.serviceToken}`,
      },
      body: '{}',
    });
    expect(verify.status).toBe(403);
    expect((await open.visit(one.path, { method: 'DELETE' })).status).toBe(405);
    const json = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
    expect((await open.visit(one.path, json)).status).toBe(415);
    expect((await open.visit(one.path, { code: 'x'.repeat(3_000) })).status).toBe(413);
    expect((await open.stateOf(one)).state).toBe('prepared');
  });
});

describe('what becomes of it', () => {
  test('the first accepted request confirms it, with who sent it; a refused one and an earlier test do not', async () => {
    const one = await open.handOff();
    // A busy machine may shed load: that is no decision, and is asked again.
    const decision = z.object({ valid: z.boolean() });
    const use = async (path: string, clientIp: string) => {
      const body = { key: one.text, method: 'GET', path, clientIp, userAgent: 'acme-feed/1.0' };
      await expect
        .poll(() => post(`${open.house.service.url}/v1/verify`, open.serviceToken, body), { timeout: 15_000 })
        .toSatisfy((answer) => decision.safeParse(answer).success);
    };
    await use('/inventory/1', '198.51.100.1');
    open.house.tick();
    await open.visit(one.path, { code: one.code });
    open.house.tick();
    await use('/offers', '198.51.100.2');
    const logged = async () =>
      (await open.call('requests.list', { filter: { keyId: one.key.keyId } })).items.length;
    await expect.poll(logged, { timeout: 15_000 }).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await open.stateOf(one)).state).toBe('revealed');
    open.house.tick();
    await use('/inventory/2', '203.0.113.9');
    await expect.poll(async () => (await open.stateOf(one)).state, { timeout: 15_000 }).toBe('confirmed');
    expect((await open.stateOf(one)).timeline.at(-1)).toMatchObject({
      kind: 'confirmed',
      address: '203.0.113.9',
      agent: 'acme-feed/1.0',
    });
  });

  test('secret, token and code are in no file, at any step; what is revealed cannot be read from a copy', async () => {
    const one = await open.handOff();
    const token = one.path.slice('/h/'.length);
    const scan = () => {
      const root = open.house.core.directory.path;
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      const bytes = files.map((file) => readFileSync(join(file.parentPath, file.name)));
      const all = Buffer.concat([...bytes, Buffer.from(open.house.logLines.join('\n'))]);
      for (const hidden of [one.text, one.text.slice(-49), token, one.code]) {
        for (const encoded of [
          hidden,
          Buffer.from(hidden).toString('base64').replace(/=+$/, ''),
          Buffer.from(hidden).toString('hex'),
          [...hidden].reverse().join(''),
        ]) {
          expect(all.includes(encoded)).toBe(false);
        }
        expect(all.includes(Buffer.from(hidden, 'utf16le'))).toBe(false);
      }
      return all;
    };
    await open.call('settings.update', { accessLog: 'file' });
    await open.visit(one.path);
    await open.visit(one.path, { code: WRONG });
    await open.call('backups.create', {});
    scan();
    await open.visit(one.path, { code: one.code });
    await open.visit(one.path, { code: one.code });
    await new Promise((resolve) => setTimeout(resolve, 50));
    scan();
    const { total } = await open.call('audit.list', { filter: { subjectId: one.handoff.id } });
    expect(total).toBe(4);
  });
});
