import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fillLog } from '../../bench/fill-log.ts';
import { seedKeys } from '../../bench/seed-keys.ts';
import { seedTrade, verify } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { startProgram } from '../start-program.ts';

const START_MS_MAX = 2_000;

interface Size {
  readonly keys: number;
  readonly rows: number;
}

/** Kills a program with a large store, and starts it again: how long until it is ready and decides. */
async function largeStarts(
  work: Workbench,
  program: Program,
  { keys, rows }: Size,
  starts: number,
): Promise<Figure> {
  const data = join(work.directory, 'data');
  // Given from outside, so that the keys that go straight into the file can be hashed as the server does it.
  const pepper = randomBytes(32);
  const environment = { LATCHKEY_PEPPER: pepper.toString('base64') };
  const start = { program, data, adminToken: newAdminToken(), environment };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  await server.end();
  const [secret = ''] = seedKeys(join(data, 'keys.db'), pepper, seed.secret, keys);
  fillLog(join(data, 'requests.db'), rows);
  let slowestMs = 0;
  let wrong = 0;
  server = await startProgram(work, start);
  for (let round = 0; round < starts; round += 1) {
    // Something to take up again: a change, and decisions.
    await server.call('settings.update', { helpContact: `r${String(round)}@example.com` });
    await server.end('SIGKILL');
    const startedAt = performance.now();
    server = await startProgram(work, start);
    const { code } = await verify(server.service, seed.serviceToken, {
      key: secret,
      method: 'GET',
      path: '/inventory/1',
    });
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    if (code !== 'VALID') wrong += 1;
  }
  const found = (await server.call('system.status', {})).store.keyCount;
  return {
    reached: `${String(Math.round(slowestMs))} ms at most from the start of the process to the first decision, ${String(starts)} starts after a kill with ${found.toLocaleString('en')} keys and ${rows.toLocaleString('en')} rows; ${String(wrong)} wrong`,
    holds: slowestMs <= START_MS_MAX && wrong === 0 && found > keys,
  };
}

/** Starts with much to look at. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D8',
    promise: 'Killed with a large store, it decides again soon after its start',
    target: 'at most 2 s with 100,000 keys and 1,000,000 rows',
    tier: 'T1',
    figure: (work) =>
      largeStarts(work, work.program, { keys: work.count(100_000), rows: work.count(1_000_000) }, 3),
    controls: [
      {
        fault: 'nothing is answered before a second look at the store',
        run: (work) =>
          largeStarts(
            work,
            work.patched([
              {
                file: 'src-main/run-headless.ts',
                find: '  const { argv, environment, uiDirectory',
                replace:
                  '  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);\n  const { argv, environment, uiDirectory',
              },
            ]),
            { keys: 1_000, rows: 1_000 },
            1,
          ),
      },
    ],
  },
];
