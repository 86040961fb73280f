import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { keyImportResult } from '#contract/key-import.ts';
import { key as keySchema } from '#contract/keys.ts';
import { verifyRequest } from '#contract/verify.ts';
import { readConfig } from './config.ts';
import { startCore } from './core.ts';
import type { Core } from './core.ts';
import { adminTokenOf } from './http/doors.test-support.ts';
import { createLogger } from './platform/logger.ts';
import { realWorker } from './program-file.test-support.ts';

const OWNER = { actor: { kind: 'token', id: 'tok_test', name: 'Test' }, role: 'owner' } as const;
const PLAIN = ['acme_9fK2mQ7xT4vB8nR3cW6yZ1aE', 'acme_Lp5sD0gH3jN8kM2qV7uX4oI9'] as const;

let folder: string;
let core: Core;
const logLines: string[] = [];

const start = () =>
  startCore({
    config: readConfig(['--data', folder], { LATCHKEY_ADMIN_TOKEN: adminTokenOf('owner') }),
    host: 'headless',
    secretStore: null,
    createRequestsWorker: realWorker,
    logger: createLogger({ write: (line) => void logLines.push(line) }),
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-import-'));
  logLines.length = 0;
  core = await start();
});
afterEach(async () => {
  await core.close();
  rmSync(folder, { recursive: true });
});

async function call<T>(name: string, input: unknown, output: z.ZodType<T>): Promise<T> {
  const reply = await core.dispatch(name, input, { ...OWNER, requestId: 'req_test' });
  return z.object({ ok: z.literal(true), data: output }, JSON.stringify(reply)).parse(reply).data;
}

const withId = z.object({ id: z.string() });

async function subjects() {
  const partner = await call(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'a@acme.example' },
    withId,
  );
  const application = await call(
    'applications.create',
    { partnerId: partner.id, name: 'Feed', slug: 'feed', contactEmail: 'a@acme.example' },
    withId,
  );
  const made = await call(
    'services.create',
    { name: 'Trade', slug: 'trade' },
    z.object({ service: withId, token: z.string() }),
  );
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
  const scope = await call(
    'scopes.create',
    { serviceId: made.service.id, name: 'inventory:read', rules },
    withId,
  );
  const common = { applicationId: application.id, environment: 'live', scopeIds: [scope.id] };
  return { token: made.token, common };
}

function verify(token: string, key: string): string {
  const service = core.findService(token, null);
  if (service === null) throw new Error('no service');
  const outcome = core.verifier.verify(
    service,
    verifyRequest.parse({ key, method: 'GET', path: '/inventory/1' }),
  );
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}

const importKeys = (input: Record<string, unknown>) => call('keys.import', input, keyImportResult);
const getKey = (keyId: string | null | undefined) => call('keys.get', { keyId }, keySchema);

test('imported keys are verified as they are, rotate to keys of ours, and are revoked like others', async () => {
  const { token, common } = await subjects();
  const text = `First,${PLAIN[0]}\nSecond,${PLAIN[1]}`;
  const { imported, problems } = await importKeys({ ...common, format: 'plain', text });
  expect(problems).toEqual([]);
  expect(imported.map(({ name }) => name)).toEqual(['First', 'Second']);
  expect(PLAIN.map((key) => verify(token, key))).toEqual(['VALID', 'VALID']);

  const keyId = imported[0]?.keyId;
  expect(await getKey(keyId)).toMatchObject({
    hint: 'imported …Z1aE',
    status: 'active',
    lastUsedAt: expect.any(Number),
  });
  const rotated = await call(
    'keys.rotate',
    { keyId, overlapMs: 3_600_000 },
    z.object({ secret: z.string() }),
  );
  expect([verify(token, rotated.secret), verify(token, PLAIN[0])]).toEqual(['VALID', 'VALID']);
  expect(await getKey(keyId)).toMatchObject({
    hint: expect.stringMatching(/^lk_live_feed_/),
    status: 'rotating',
  });
  await call('keys.endOverlap', { keyId }, z.unknown());
  expect([verify(token, rotated.secret), verify(token, PLAIN[0])]).toEqual(['VALID', 'REVOKED']);
  await call('keys.revoke', { keyId: imported[1]?.keyId, reason: 'leaked' }, z.unknown());
  expect(verify(token, PLAIN[1])).toBe('REVOKED');
});

test('hashes are replaced by keyed ones at the first good use, and keys stay good over a restart before and after', async () => {
  const { token, common } = await subjects();
  const [used, unused] = PLAIN;
  const sha256 = (key: string) => createHash('sha256').update(key).digest();
  const text = `Used,${sha256(used).toString('hex')}\nUnused,${sha256(unused).toString('base64')}`;
  await importKeys({ ...common, format: 'sha256', text });
  expect(verify(token, used)).toBe('VALID');
  await core.close();

  const file = new Database(join(folder, 'keys.db'), { readonly: true });
  const stored = file
    .prepare<[], { hash: Buffer; pepper: number }>(
      `SELECT s.hash, s.pepper_version AS pepper FROM secrets s JOIN keys k ON k.id = s.key_id ORDER BY k.name`,
    )
    .all();
  file.close();
  expect(stored).toMatchObject([{ pepper: 0 }, { pepper: 1 }]);
  expect(stored[0]?.hash).toEqual(sha256(unused));
  expect(stored[1]?.hash).not.toEqual(sha256(used));

  core = await start();
  expect([verify(token, used), verify(token, unused)]).toEqual(['VALID', 'VALID']);
  expect(verify(token, `${used}x`)).toBe('NOT_FOUND');
});

test('a refused use leaves the hash as it was', async () => {
  const { token, common } = await subjects();
  const text = createHash('sha256').update(PLAIN[0]).digest('hex');
  const { imported } = await importKeys({ ...common, format: 'sha256', text });
  await call('keys.suspend', { keyId: imported[0]?.keyId, reason: 'Test' }, z.unknown());
  expect(verify(token, PLAIN[0])).toBe('SUSPENDED');
  await core.close();
  const file = new Database(join(folder, 'keys.db'), { readonly: true });
  expect(file.prepare('SELECT pepper_version AS pepper FROM secrets').all()).toEqual([{ pepper: 0 }]);
  file.close();
  core = await start();
});

test('disabled keys of AWS come suspended and are good once resumed', async () => {
  const { token, common } = await subjects();
  const text = `Enabled,Name,key\nfalse,Off,${PLAIN[0]}\ntrue,On,${PLAIN[1]}`;
  const { imported } = await importKeys({ ...common, format: 'aws-csv', text });
  expect(PLAIN.map((key) => verify(token, key))).toEqual(['SUSPENDED', 'VALID']);
  await call('keys.resume', { keyId: imported[0]?.keyId }, z.unknown());
  expect(verify(token, PLAIN[0])).toBe('VALID');
});

test('keys of Kong belong to the applications that their consumers become, and a dry run says the same', async () => {
  const { token, common } = await subjects();
  await call('applications.update', { applicationId: common.applicationId, externalId: '42' }, withId);
  const consumers = [
    { username: 'feed-of-kong', custom_id: '42', keyauth_credentials: [{ key: PLAIN[0] }] },
    { username: 'ops@bolt.example', keyauth_credentials: [{ key: PLAIN[1], ttl: 60 }, { key: 'short' }] },
    { username: 'ops@bo1t.example', keyauth_credentials: [{ key: 'acme_Yb4tQ9wE2rT7yU1iO6pA3sDf' }] },
  ];
  const text = JSON.stringify({ _format_version: '3.0', consumers });
  const input = { ...common, format: 'kong', consumersAsApplications: true, text };
  const dry = await importKeys({ ...input, dryRun: true });
  expect(dry.imported).toMatchObject([{ name: 'feed-of-kong' }, { name: 'ops@bolt.example' }]);
  expect(dry.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('too short'),
    expect.stringContaining('looks like “ops@bolt.example”'),
  ]);
  expect(verify(token, PLAIN[1])).toBe('MALFORMED');
  const { applications, imported, problems } = await importKeys(input);
  expect([imported.map(({ name }) => name), problems]).toEqual([
    dry.imported.map(({ name }) => name),
    dry.problems,
  ]);
  expect(applications).toEqual([
    { applicationId: common.applicationId, name: 'Feed', isNew: false, keyCount: 1 },
    { applicationId: expect.any(String), name: 'ops@bolt.example', isNew: true, keyCount: 1 },
  ]);
  expect(dry.applications.map(({ name, isNew }) => [name, isNew])).toEqual(
    applications.map(({ name, isNew }) => [name, isNew]),
  );
  expect(PLAIN.map((key) => verify(token, key))).toEqual(['VALID', 'VALID']);
  expect(await getKey(imported[0]?.keyId)).toMatchObject({ externalId: '42', applicationName: 'Feed' });
  const bolt = await getKey(imported[1]?.keyId);
  expect(bolt.applicationId).toBe(applications[1]?.applicationId);
  expect((bolt.expiresAt ?? Infinity) - Date.now()).toBeLessThanOrEqual(60_000);
});

test('a dry run tells the same and does nothing; what is here already, comes twice or is weak is told', async () => {
  const { token, common } = await subjects();
  const text = `A,${PLAIN[0]}\nB,${PLAIN[1]}\nTwice,${PLAIN[0]}\nWeak,acme_123456789`;
  const dry = await importKeys({ ...common, format: 'plain', text, dryRun: true });
  expect(dry.imported).toEqual([
    { keyId: null, name: 'A' },
    { keyId: null, name: 'B' },
  ]);
  expect(verify(token, PLAIN[0])).toBe('MALFORMED');
  const first = await importKeys({ ...common, format: 'plain', text });
  expect(first.problems).toEqual(dry.problems);
  expect(first.problems.map(({ line }) => line)).toEqual([3, 4]);
  const again = await importKeys({ ...common, format: 'plain', text });
  expect(again.imported).toEqual([]);
  expect(again.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('here already, as '),
    expect.stringContaining('here already, as '),
    'The same key as in line 1.',
    expect.stringContaining('too short'),
  ]);
});

test('a key is known when it comes again in another form, also after its first use has replaced its hash', async () => {
  const { token, common } = await subjects();
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const [first, second] = PLAIN;
  await importKeys({ ...common, format: 'sha256', text: sha256(first) });
  await importKeys({ ...common, format: 'plain', text: second });
  expect([verify(token, first), verify(token, second)]).toEqual(['VALID', 'VALID']);
  // Ends when what waits is stored, so that the first hash is replaced.
  await core.close();
  core = await start();
  for (const [format, text] of [
    ['plain', `${first}\n${second}`],
    ['sha256', `${sha256(first)}\n${sha256(second)}`],
  ]) {
    const again = await importKeys({ ...common, format, text });
    expect(again.imported).toEqual([]);
    expect(again.problems.map(({ message }) => message)).toEqual(
      new Array(2).fill(expect.stringContaining('here already, as ')),
    );
  }
});

test('a long text is stored in parts, each with its own audit event, and the trail stays whole', async () => {
  const { token, common } = await subjects();
  const keys = Array.from(
    { length: 600 },
    (_, index) => `acme_${createHash('sha256').update(String(index)).digest('hex')}`,
  );
  const { imported } = await importKeys({ ...common, format: 'plain', text: keys.join('\n') });
  expect(new Set(imported.map(({ keyId }) => keyId)).size).toBe(600);
  expect(verify(token, keys[599] ?? '')).toBe('VALID');
  const counts = z.object({
    items: z.array(z.object({ action: z.string(), after: z.object({ count: z.int() }).loose().nullable() })),
  });
  const events = await call('audit.list', { limit: 100 }, z.unknown());
  const imports = z
    .object({ items: z.array(z.object({ action: z.string() }).loose()) })
    .parse(events)
    .items.filter(({ action }) => action === 'keys.import');
  expect(counts.parse({ items: imports }).items.map(({ after }) => after?.count)).toEqual([100, 250, 250]);
  expect(await call('audit.verify', {}, z.object({ ok: z.boolean() }))).toEqual({ ok: true });
});

test('judging a long text gives way to verifications, also when nothing in it is good', async () => {
  const { common } = await subjects();
  const text = Array.from({ length: 10_000 }, (_, index) => `key_${String(index).padStart(12, '0')}`).join(
    '\n',
  );
  let turns = 0;
  let isDone = false;
  const countTurns = (): void => {
    turns += 1;
    if (!isDone) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  const { imported, problems } = await importKeys({ ...common, format: 'plain', text, dryRun: true });
  isDone = true;
  expect([imported.length, problems.length]).toEqual([0, 10_000]);
  expect(turns).toBeGreaterThan(10);
});

test('no key text is in any file or log line', async () => {
  const { token, common } = await subjects();
  const text = `A,${PLAIN[0]}\n${PLAIN[1]} oops\nWeak,acme_123456789`;
  const result = [await importKeys({ ...common, format: 'plain', text })];
  const ofKong = ['kong_9fK2mQ7xT4vB8nR3cW6yZ1aE', 'kong_short1', 'kong_Lp5sD0gH3jN8kM2qV7uX4oI9'];
  const consumers = [
    { username: ofKong[0], keyauth_credentials: [{ key: ofKong[0], tags: [ofKong[0]] }] },
    { username: 'two', custom_id: ofKong[2], keyauth_credentials: ofKong.slice(1).map((key) => ({ key })) },
  ];
  for (const dump of [{ consumers }, { consumers, oops: ofKong[0] }, { keys: ofKong }]) {
    const input = { ...common, format: 'kong', consumersAsApplications: true, text: JSON.stringify(dump) };
    const reply = await core.dispatch('keys.import', input, { ...OWNER, requestId: 'req_test' });
    logLines.push(JSON.stringify(reply));
  }
  for (const key of [...PLAIN, ...ofKong]) verify(token, key);
  await core.close();
  const needles = [...PLAIN, ...ofKong, 'acme_123456789'];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  expect(files.length).toBeGreaterThan(2);
  const places = [
    JSON.stringify(result),
    logLines.join('\n'),
    ...files.map((name) => readFileSync(join(folder, name), 'latin1')),
  ];
  for (const needle of needles) expect(places.filter((place) => place.includes(needle))).toEqual([]);
  core = await start();
});
