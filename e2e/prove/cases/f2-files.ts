import { createHash, createHmac } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { NotStartedError, startProgram } from '../start-program.ts';
import { startTeamServer } from '../worlds/team-server.ts';

const WATCH_MS = 5;

/** Looks at every file while the server starts, works, backs up, exports and ends. */
async function modes(work: Workbench, program: Program): Promise<Figure> {
  const wrong = new Set<string>();
  const seen = new Set<string>();
  const data = join(work.directory, 'team');
  const look = (): void => {
    for (const name of readIfThere(data)) {
      const stat = lstatSync(join(data, name), { throwIfNoEntry: false });
      if (stat === undefined) continue;
      seen.add(name);
      if ((stat.mode & 0o777) !== (stat.isDirectory() ? 0o700 : 0o600)) wrong.add(name);
    }
  };
  const timer = setInterval(look, WATCH_MS);
  work.onEnd(() => {
    clearInterval(timer);
  });
  const team = await startTeamServer(work, program);
  await team.call('settings.update', { accessLog: 'file' });
  const { keyId, secret } = await team.newKey();
  for (let turn = 0; turn < 50; turn += 1) await team.verify({ key: secret });
  await team.call('backups.create', {});
  const export_ = await team.call('requests.export', { format: 'csv' } as never);
  await team.call('keys.revoke', { keyId, reason: 'policy' });
  look();
  await team.restart('SIGKILL');
  await team.call('backups.create', {});
  look();
  await team.server().end();
  look();
  return {
    reached: `${String(wrong.size)} of ${String(seen.size)} files and folders were ever open to others${wrong.size > 0 ? ` (${[...wrong].slice(0, 3).join(', ')})` : ''}, looked at every ${String(WATCH_MS)} ms${export_ === null ? '!' : ''}`,
    holds: wrong.size === 0 && seen.size > 8,
  };
}

function readIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

const PUBLIC = ['', 'latchkey', 'pepper', 'latchkey pepper v1'];

/** Whoever has the files without the master secret: no known key can be confirmed from them, and they do not start. */
async function withoutPepper(work: Workbench, program: Program, keys: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const secrets: string[] = [];
  for (let key = 0; key < keys; key += 1) secrets.push((await team.newKey()).secret);
  await team.call('backups.create', {});
  await team.server().end();
  const stolen = join(work.directory, 'stolen');
  cpSync(team.start.data, stolen, { recursive: true });
  chmodSync(stolen, 0o700);
  rmSync(join(stolen, 'master.key'));
  const stored = storedHashes(join(stolen, 'keys.db'));
  const confirmed = secrets.filter((secret) => guesses(secret).some((hash) => stored.has(hash))).length;
  const starts = [];
  for (const environment of [{}, { LATCHKEY_PEPPER: Buffer.alloc(32, 'guess').toString('base64') }]) {
    starts.push(
      await exitCode(work, { program, data: stolen, adminToken: team.start.adminToken, environment }),
    );
  }
  return {
    reached: `${String(confirmed)} of ${keys.toLocaleString('en')} keys confirmed from ${String(stored.size)} stored hashes; started without and with another secret: exit codes ${starts.join(', ')}`,
    holds: confirmed === 0 && stored.size >= keys && starts.join() === '4,4',
  };
}

function storedHashes(path: string): ReadonlySet<string> {
  const db = new Database(path, { readonly: true });
  try {
    const rows = db.prepare<[], { hash: Buffer }>('SELECT hash FROM secrets').all();
    return new Set(rows.map(({ hash }) => hash.toString('hex')));
  } finally {
    db.close();
  }
}

function guesses(secret: string): readonly string[] {
  const plain = createHash('sha256').update(secret).digest('hex');
  return [plain, ...PUBLIC.map((key) => createHmac('sha256', key).update(secret).digest('hex'))];
}

async function exitCode(
  work: Workbench,
  start: Parameters<typeof startProgram>[1],
): Promise<number | null | 'started'> {
  try {
    await startProgram(work, start);
    return 'started';
  } catch (error) {
    if (error instanceof NotStartedError) return error.exitCode;
    throw error;
  }
}

const BARE_HASH: SourceFault = {
  file: 'src-main/platform/keyring.ts',
  find: 'const hashText = oneShotHmac(derive(masterSecret, `latchkey pepper v${String(PEPPER_VERSION)}`));',
  replace: "const hashText = (text) => hash('sha256', text, 'binary');",
};

/** A command that is sent again answers, and shows nothing again. */
async function shownOnce(work: Workbench, program: Program, runs: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  let first = 0;
  let again = 0;
  const secretOf = (data: unknown): string | null =>
    (data as { readonly secret?: string | null }).secret ?? null;
  for (let run = 0; run < runs; run += 1) {
    const made = await team.newKey();
    const input = {
      keyId: made.keyId,
      overlapMs: 0,
      idempotencyKey: `rotate-once-${String(run).padStart(8, '0')}`,
    };
    if (secretOf(await team.call('keys.rotate', input)) !== null) first += 1;
    if (secretOf(await team.call('keys.rotate', input)) !== null) again += 1;
    if (
      /lk_(?:live|test)_\w+_[0-9A-Za-z]{49}/.test(
        JSON.stringify(await team.call('keys.get', { keyId: made.keyId })),
      )
    )
      again += 1;
  }
  return {
    reached: `shown at the first reply in ${String(first)} of ${String(runs)} runs, again in ${String(again)}`,
    holds: first === runs && again === 0,
  };
}

/** What lies on the disk, and what is shown twice. */
export const cases: readonly ProveCase[] = [
  {
    id: 'F2',
    promise: 'Every file and folder of the data directory is for its owner alone, at every moment',
    target: '0 with another mode than 0600 and 0700',
    tier: 'T1',
    isBeside: true,
    figure: (work) => modes(work, work.program),
    controls: [
      {
        fault: 'files of SQLite and its journals have the mode of the system',
        run: (work) =>
          modes(
            work,
            work.patched([
              {
                file: 'src-main/platform/harden-process.ts',
                find: 'process.umask(0o077)',
                replace: 'process.umask(0o022)',
              },
            ]),
          ),
      },
    ],
  },
  {
    id: 'F3',
    promise: 'The database and its backups without the master secret confirm no key, and do not start',
    target: '0 of 1,000 keys confirmed',
    tier: 'T1',
    isBeside: true,
    figure: (work) => withoutPepper(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'keys are stored as bare SHA-256',
        run: (work) => withoutPepper(work, work.patched([BARE_HASH]), 20),
      },
    ],
  },
  {
    id: 'F4',
    promise:
      'A secret is shown in the first reply alone: the same command again, and the key itself, do not show it',
    target: '1,000 of 1,000 once, 0 twice',
    tier: 'T1',
    isBeside: true,
    figure: (work) => shownOnce(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'a repeated command answers its whole first reply',
        run: (work) =>
          shownOnce(
            work,
            work.patched([
              {
                file: 'src-main/rpc/command-repeats.ts',
                find: 'shownOnce.includes(name) ? null : value',
                replace: 'shownOnce.includes(name) ? value : value',
              },
            ]),
            10,
          ),
      },
    ],
  },
];
