import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import type { ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { ERROR_STATUS, replyError } from '#contract/errors.ts';
import { requestId } from '#contract/ids.ts';
import { comparable, EVERY_PROCEDURE, runScript } from './every-procedure.test-support.ts';
import { openHouse, OWNER_TOKEN } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

let direct: House;
let overHttp: House;
let directReplies: readonly Reply<unknown>[];
let httpReplies: readonly Reply<unknown>[];
const statuses: number[] = [];
/** Both runs, made comparable once. */
let shown: { readonly direct: readonly unknown[]; readonly http: readonly unknown[] };

beforeAll(async () => {
  [direct, overHttp] = await Promise.all([openHouse(), openHouse()]);
  const owner = direct.core.findAdmin(OWNER_TOKEN);
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
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${OWNER_TOKEN}` },
      body: JSON.stringify(input),
    });
    statuses.push(response.status);
    return (await response.json()) as Reply<unknown>;
  });
  shown = { direct: comparable(directReplies), http: comparable(httpReplies) };
}, 120_000);
afterAll(async () => {
  await direct.close();
  await overHttp.close();
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
    expect(shown.http[index]).toEqual(shown.direct[index]);
    // Nothing that JSON would change: what crosses IPC as it is means the same as what crosses HTTP.
    expect(JSON.parse(JSON.stringify(ours))).toStrictEqual(ours);
    expect(statuses[index]).toBe(theirs.ok ? 200 : ERROR_STATUS[theirs.error.code]);
    if (theirs.ok) contract[name as ProcedureName].output.parse(theirs.data);
    else replyError.parse(theirs.error);
  },
);

test('a role is held to its procedures through HTTP', async () => {
  const made = await overHttp.call('tokens.create', { name: 'Looker', role: 'viewer' });
  const { token } = (made as { data: { token: string } }).data;
  expect(await overHttp.call('keys.list', {}, token)).toMatchObject({ ok: true });
  expect(await overHttp.call('settings.update', { helpContact: null }, token)).toMatchObject({
    ok: false,
    error: { code: 'FORBIDDEN' },
  });
});

test('the whole run logged no error and no secret', () => {
  const logLines = [...direct.logLines, ...overHttp.logLines];
  expect(logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(logLines.join('')).not.toMatch(
    /lk_(live|test)_[a-z0-9]+_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}|lk[sa]_\w{49}/,
  );
});
