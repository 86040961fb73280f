import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import type { ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { ERROR_STATUS, replyError } from '#contract/errors.ts';
import { requestId, timestampMs } from '#contract/ids.ts';
import { readConfig } from '#main/config.ts';
import { startCore } from '#main/core.ts';
import type { Core } from '#main/core.ts';
import { createLogger } from '#main/platform/logger.ts';
import { openAdminDoor, openServiceDoor } from '#main/start-doors.ts';
import type { OpenAdminDoor, OpenServiceDoor } from '#main/start-doors.ts';
import { adminTokenOf } from './doors.test-support.ts';
import { comparable, EVERY_PROCEDURE, runScript } from './every-procedure.test-support.ts';

interface House {
  readonly folder: string;
  readonly core: Core;
  readonly service: OpenServiceDoor;
  readonly admin: OpenAdminDoor;
  /** Time goes on by a second. */
  readonly tick: () => void;
}

const START_MS = 1_795_305_600_000;
const TOKEN = adminTokenOf('owner');
const logLines: string[] = [];
let direct: House;
let overHttp: House;
let directReplies: readonly Reply<unknown>[];
let httpReplies: readonly Reply<unknown>[];
const statuses: number[] = [];

/** A whole product on a store of its own. Time goes on by ticks alone, so that two of them can be compared. */
async function open(): Promise<House> {
  let nowMs = START_MS;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-'));
  const args = ['--data', folder, '--port', '0', '--admin-port', '0'];
  const core = await startCore({
    config: readConfig(args, { LATCHKEY_ADMIN_TOKEN: TOKEN }),
    host: 'headless',
    secretStore: null,
    createRequestsWorker: () => new Worker(new URL('../requests/requests-worker.ts', import.meta.url)),
    logger: createLogger({ write: (line) => void logLines.push(line) }),
    clock: { nowMs: () => timestampMs.parse(nowMs), monotonicMs: () => performance.now() },
  });
  const service = await openServiceDoor(core, 0);
  const admin = await openAdminDoor(core, { port: 0, uiDirectory: folder });
  return { folder, core, service, admin, tick: () => void (nowMs += 1_000) };
}

async function close({ admin, service, core, folder }: House): Promise<void> {
  await Promise.all([admin.close(0), service.close(0)]);
  await core.close();
  rmSync(folder, { recursive: true });
}

beforeAll(async () => {
  [direct, overHttp] = await Promise.all([open(), open()]);
  const owner = direct.core.findAdmin(TOKEN);
  if (owner === null) throw new Error('The first token is not known.');
  directReplies = await runScript((name, input) => {
    direct.tick();
    return direct.core.dispatch(name, input, {
      ...owner,
      requestId: requestId.parse('req_0000000000000000'),
    });
  });
  httpReplies = await runScript(async (name, input) => {
    overHttp.tick();
    const response = await fetch(`${overHttp.admin.url}/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(input),
    });
    statuses.push(response.status);
    return (await response.json()) as Reply<unknown>;
  });
}, 60_000);
afterAll(async () => {
  await close(direct);
  await close(overHttp);
});

test('the script calls every procedure of the contract', () => {
  const called = new Set(EVERY_PROCEDURE.map(({ name }) => name));
  expect(Object.keys(contract).filter((name) => !called.has(name))).toEqual([]);
});

test.each(EVERY_PROCEDURE.map(({ name, expects }, index) => [index, name, expects] as const))(
  '%i %s answers %s alike through dispatch and through HTTP',
  (index, name, expects) => {
    const [ours, theirs] = [directReplies[index], httpReplies[index]];
    if (ours === undefined || theirs === undefined) throw new Error('A reply is missing.');
    expect(ours.ok ? 'ok' : ours.error.code).toBe(expects);
    expect(comparable(httpReplies)[index]).toEqual(comparable(directReplies)[index]);
    // Nothing that JSON would change: what crosses IPC as it is means the same as what crosses HTTP.
    expect(JSON.parse(JSON.stringify(ours))).toStrictEqual(ours);
    expect(statuses[index]).toBe(theirs.ok ? 200 : ERROR_STATUS[theirs.error.code]);
    if (theirs.ok) contract[name as ProcedureName].output.parse(theirs.data);
    else replyError.parse(theirs.error);
  },
);

test('a role is held to its procedures through HTTP', async () => {
  const made = await callHttp('tokens.create', { name: 'Looker', role: 'viewer' }, TOKEN);
  const { token } = (made as { data: { token: string } }).data;
  expect(await callHttp('keys.list', {}, token)).toMatchObject({ ok: true });
  expect(await callHttp('settings.update', { helpContact: null }, token)).toMatchObject({
    ok: false,
    error: { code: 'FORBIDDEN' },
  });
});

test('the whole run logged no error and no secret', () => {
  expect(logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(logLines.join('')).not.toMatch(
    /lk_(live|test)_[a-z0-9]+_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}|lk[sa]_\w{49}/,
  );
});

async function callHttp(name: string, input: unknown, token: string): Promise<unknown> {
  const response = await fetch(`${overHttp.admin.url}/api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(input),
  });
  return response.json();
}
