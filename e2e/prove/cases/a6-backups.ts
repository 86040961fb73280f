import { join } from 'node:path';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithKeys } from '../key-load.ts';
import type { Program } from '../program.ts';
import { startProgram } from '../start-program.ts';
import { storeFigures } from '../store-figures.ts';
import { keepConnections } from '../whole-answer.ts';

const LANES = 3;
const RESTORE_EACH = 20;

/** Backs up under load; each copy must be whole, have its manifest's figures, and hold all that was acknowledged before it was asked
 *  for. Every 20th is restored at the end. */
async function backups(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const data = join(work.directory, 'data');
  const adminToken = newAdminToken();
  const server = await startProgram(work, { program, data, adminToken });
  const seed = await seedTrade(server.call, server.service);
  const connections = keepConnections(LANES);
  let isOver = false;
  const loaded = loadWithKeys({ ...server, adminToken }, seed, {
    lanes: LANES,
    connections,
    isOver: () => isOver,
  });
  const bad: string[] = [];
  const made: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const acknowledged = (await server.call('system.status', {})).store.auditCount;
    const { reply } = await server.ask('backups.create', {});
    if (!reply.ok) {
      bad.push(`backup ${String(round)}: ${reply.error.code}`);
      continue;
    }
    const { id, auditCount, keyCount } = reply.data;
    made.push(id);
    const copy = storeFigures(join(data, 'backups', `${id}.db`));
    if (copy === null) bad.push(`${id} is not whole`);
    else if (copy.auditCount !== auditCount || copy.keyCount !== keyCount)
      bad.push(`${id} differs from its manifest`);
    else if (auditCount < acknowledged) bad.push(`${id} lacks ${String(acknowledged - auditCount)} commands`);
  }
  isOver = true;
  const { acknowledged, refusals } = await loaded;
  connections.close();
  let restored = 0;
  for (const backupId of made.filter((_id, index) => index % RESTORE_EACH === 0)) {
    await server.call('backups.restore', { backupId });
    const trail = await server.call('audit.verify', {});
    if (trail.ok) restored += 1;
    else bad.push(`after the restore of ${backupId}: ${trail.detail}`);
  }
  const figure = `${String(rounds - bad.length)} of ${String(rounds)} whole and complete, under ${String(acknowledged)} commands; ${String(restored)} restored`;
  return {
    reached: bad.length > 0 ? `${figure}; first: ${String(bad[0])}` : figure,
    holds: bad.length === 0 && restored > 0 && acknowledged > rounds && refusals.length === 0,
  };
}

const FILE_COPY = [
  {
    file: 'src-main/sqlite/copy-store.ts',
    find: 'await handle.backup(unfinished);',
    replace: "(await import('node:fs')).copyFileSync(handle.name, unfinished);",
  },
  // Small stores are copied in one piece, out of memory.
  {
    file: 'src-main/sqlite/copy-store.ts',
    find: 'handle.serialize()',
    replace: "(await import('node:fs')).readFileSync(handle.name)",
  },
];

/** Backups while the store is in use. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A6',
    promise:
      'A backup under full write load is whole, has what was acknowledged before it, and can be restored',
    target: '100 of 100',
    tier: 'T1',
    isBeside: true,
    figure: (work) => backups(work, work.program, work.count(100)),
    controls: [
      {
        fault: 'the file is copied without its log',
        run: (work) => backups(work, work.patched(FILE_COPY), 3),
      },
    ],
  },
];
