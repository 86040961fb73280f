import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seedTrade, verify } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { newKey } from '../key-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { NotStartedError, startProgram } from '../start-program.ts';
import { storeFigures } from '../store-figures.ts';

const BACKUP_CONTACT = 'backup@example.com';

const LONGER = 1.3;
const RESTORE_MS_MAX = 3_000;
/** With as many kills as this some must come late enough. */
const BOTH_ENDS_FROM = 20;

/** Restores a backup and kills the program somewhere on the way, again and again. */
async function restores(work: Workbench, program: Program, kills: number): Promise<Figure> {
  const data = join(work.directory, 'data');
  const start = { program, data, adminToken: newAdminToken() };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  await server.call('settings.update', { helpContact: BACKUP_CONTACT });
  const backup = await server.call('backups.create', {});
  const bad: string[] = [];
  const ends = { old: 0, new: 0 };
  let fullMs = 60;
  for (let kill = 0; kill < kills && bad.length === 0; kill += 1) {
    await server.call('keys.create', newKey(seed, `Since ${String(kill)}`));
    await server.call('settings.update', { helpContact: `now${String(kill)}@example.com` });
    const before = (await server.call('system.status', {})).store.keyCount;
    const aside = asideOf(data);
    const askedAt = performance.now();
    const answer = server.ask('backups.restore', { backupId: backup.id }).then(
      () => (fullMs = performance.now() - askedAt),
      () => undefined,
    );
    await setTimeout(Math.random() * fullMs * 1.1);
    await server.end('SIGKILL');
    await answer;
    try {
      server = await startProgram(work, start);
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
      bad.push(error.message);
      break;
    }
    const { helpContact } = await server.call('settings.get', {});
    const isNew = helpContact === BACKUP_CONTACT;
    ends[isNew ? 'new' : 'old'] += 1;
    // On a busy machine a restore takes longer than the last one that was seen to end.
    fullMs = isNew ? fullMs : Math.min(RESTORE_MS_MAX, fullMs * LONGER);
    const { keyCount } = (await server.call('system.status', {})).store;
    if (keyCount !== (isNew ? backup.keyCount : before))
      bad.push(`${String(keyCount)} keys after kill ${String(kill)}`);
    const trail = await server.call('audit.verify', {});
    if (!trail.ok) bad.push(trail.detail);
    const { code } = await verify(server.service, seed.serviceToken, {
      key: seed.secret,
      method: 'GET',
      path: '/inventory/1',
    });
    if (code !== 'VALID') bad.push(`a key is ${code}`);
    if (isNew) bad.push(...formerProblems(data, aside, before));
    if (existsSync(join(data, 'restore.json'))) bad.push('the restore was not ended');
  }
  return {
    reached: `${String(bad.length)} torn of ${String(ends.old + ends.new)} kills (${String(ends.old)} all old, ${String(ends.new)} all new)${bad.length > 0 ? `; ${String(bad[0])}` : ''}`,
    holds: bad.length === 0 && (kills < BOTH_ENDS_FROM || Math.min(ends.old, ends.new) > 0),
  };
}

const asideOf = (data: string): readonly string[] => {
  const folder = join(data, 'moved-aside');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.db')) : [];
};

/** The former store must lie beside, whole. */
function formerProblems(data: string, known: readonly string[], keyCount: number): readonly string[] {
  const added = asideOf(data).filter((name) => !known.includes(name));
  const former = added.map((name) => storeFigures(join(data, 'moved-aside', name)));
  return former.some((figures) => figures?.keyCount === keyCount) ? [] : ['the former store is not kept'];
}

const NO_MARKER: readonly SourceFault[] = [
  {
    file: 'src-main/backups/restore-steps.ts',
    find: '    writeFileAtomic(directory.restoreMarker, JSON.stringify(marker));\n  } catch',
    replace: '  } catch',
  },
  {
    file: 'src-main/backups/restore-steps.ts',
    find: '    syncDirectory(directory.movedAside);\n    const last',
    replace: '    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);\n    const last',
  },
];

/** Restores that are killed. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A7',
    promise: 'A restore that is killed at any moment leaves all old or all new, and the former store is kept',
    target: '0 torn of 100 kills',
    tier: 'T1',
    isBeside: true,
    figure: (work) => restores(work, work.program, work.count(100)),
    controls: [
      {
        fault: 'nothing is noted before the files are exchanged, which takes its time',
        run: (work) => restores(work, work.patched(NO_MARKER), 12),
      },
    ],
  },
];
