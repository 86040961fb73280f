import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { newKey } from '../key-load.ts';
import { faultyDisk } from '../native-shim.ts';
import type { Program, SourceFault } from '../program.ts';
import { startProgram } from '../start-program.ts';
import { storeFigures, type StoreFigures } from '../store-figures.ts';

const KEYS = 150;
const POINTS_MAX = 400;
/** Every so many killed starts, the program is started again on what is left. */
const START_EACH = 12;

/** The next version of the program, as this one will be succeeded. */
const NEXT: SourceFault = {
  file: 'src-main/sqlite/keys-database.ts',
  find: '/** Keys, policy, settings and audit trail on one connection',
  replace: `(KEYS_MIGRATIONS as string[]).push(
  "ALTER TABLE plans ADD COLUMN extra TEXT; CREATE TABLE extras (id INTEGER PRIMARY KEY, note TEXT) STRICT; UPDATE keys SET note = note || ' (moved)';",
);
/** Keys, policy, settings and audit trail on one connection`,
};

/** A store of today's program, closed well. */
async function olderStore(work: Workbench): Promise<{ readonly data: string; readonly adminToken: string }> {
  const data = join(work.directory, 'older');
  const adminToken = newAdminToken();
  const server = await startProgram(work, { program: work.program, data, adminToken });
  const seed = await seedTrade(server.call, server.service);
  for (let key = 0; key < KEYS; key += 1)
    await server.call('keys.create', newKey(seed, `Key ${String(key)}`));
  await server.end();
  return { data, adminToken };
}

/** Starts the next version on copies of the store, killed at its first write, its second, and so on. */
async function migrations(work: Workbench, next: Program, step: number): Promise<Figure> {
  const older = await olderStore(work);
  const before = storeFigures(join(older.data, 'keys.db'));
  if (before === null) throw new Error('The older store is not whole.');
  const disk = faultyDisk(work);
  const environment = { ...disk.environment, NODE_COMPILE_CACHE: join(work.directory, 'cache') };
  const bad: string[] = [];
  const ends = { old: 0, new: 0 };
  let point = 0;
  for (; point < POINTS_MAX && bad.length === 0; point += step) {
    const data = join(work.directory, `at-${String(point)}`);
    cpSync(older.data, data, { recursive: true });
    disk.plant({
      path: `/at-${String(point)}/`,
      kinds: ['write', 'sync', 'truncate'],
      error: 'KILL',
      pass: point,
    });
    const start = { program: next, data, adminToken: older.adminToken, environment };
    const server = await startProgram(work, start).catch(() => null);
    const isOver = disk.counts().failed === 0;
    disk.heal();
    if (server !== null) await server.end('SIGKILL');
    const problem = problemOf(data, before, ends);
    if (problem !== null) bad.push(`killed at write ${String(point)}: ${problem}`);
    if (bad.length === 0 && (point / step) % START_EACH === 0)
      bad.push(...(await startProblems(work, start, before)));
    if (isOver) break;
  }
  const killed = Math.ceil(point / step);
  return {
    reached: `${String(bad.length)} torn of ${String(killed)} kills (${String(ends.old)} old, ${String(ends.new)} new)${bad.length > 0 ? `; ${String(bad[0])}` : ''}`,
    holds: bad.length === 0 && killed * step > 5 && ends.old > 0 && ends.new > 0,
  };
}

function problemOf(data: string, before: StoreFigures, ends: { old: number; new: number }): string | null {
  const copy = join(data, 'looked-at.db');
  for (const suffix of ['', '-wal'])
    if (existsSync(join(data, `keys.db${suffix}`)))
      cpSync(join(data, `keys.db${suffix}`), `${copy}${suffix}`);
  const now = storeFigures(copy);
  if (now?.keyCount !== before.keyCount) return 'the store is not whole';
  const isNew = now.schemaVersion === before.schemaVersion + 1;
  ends[isNew ? 'new' : 'old'] += 1;
  if (!isNew)
    return now.schemaVersion === before.schemaVersion ? null : `schema ${String(now.schemaVersion)}`;
  const aside = join(data, 'moved-aside');
  const kept = existsSync(aside)
    ? readdirSync(aside).filter((name) => name.startsWith('before-schema-'))
    : [];
  const wholes = kept.filter((name) => name.endsWith('.db') && storeFigures(join(aside, name)) !== null);
  return wholes.length > 0 ? null : 'no copy from before is kept';
}

async function startProblems(
  work: Workbench,
  start: Parameters<typeof startProgram>[1],
  before: StoreFigures,
): Promise<readonly string[]> {
  try {
    const server = await startProgram(work, start);
    const { store } = await server.call('system.status', {});
    const trail = await server.call('audit.verify', {});
    await server.end('SIGKILL');
    return store.keyCount === before.keyCount && trail.ok ? [] : ['the next start lacks something'];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Migrations that are killed. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A8',
    promise:
      'A migration that is killed at any of its writes leaves the old or the new schema, and with the new one a copy from before',
    target: '0 torn, every write',
    tier: 'T1',
    isBeside: true,
    figure: (work) => migrations(work, work.patched([NEXT]), work.count(20) === 1 ? 20 : 1),
    controls: [
      {
        fault: 'the schema is changed outside of a transaction',
        run: (work) => {
          const file = 'src-main/sqlite/migrate.ts';
          const loose = [
            { file, find: '  handle\n    .transaction(() => {', replace: '  (() => {' },
            { file, find: '    })\n    .immediate();', replace: '    })();' },
          ];
          return migrations(work, work.patched([NEXT, ...loose]), 1);
        },
      },
    ],
  },
];
