import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { newKey } from '../key-load.ts';
import { compileShim } from '../native-shim.ts';
import { ForgetfulDisk, markOf, readRecords, type DiskRecord } from '../power-loss.ts';
import type { Program } from '../program.ts';
import { seededRandom } from '../seeded-random.ts';
import { startProgram } from '../start-program.ts';
import { storeFigures } from '../store-figures.ts';

const COMMANDS = 400;

interface Recording {
  readonly records: readonly DiskRecord[];
  readonly data: string;
  readonly adminToken: string;
}

/** Runs the program under the recorder: what it wrote, with the number of audit events that were acknowledged between the writes. */
async function record(work: Workbench, program: Program, commands: number): Promise<Recording> {
  const data = join(work.directory, 'data');
  const to = join(work.directory, 'recording');
  const adminToken = newAdminToken();
  const environment = {
    LD_PRELOAD: compileShim(work, 'record-writes'),
    RECORD_PREFIX: data,
    RECORD_TO: to,
  };
  const server = await startProgram(work, { program, data, adminToken, environment });
  const seed = await seedTrade(server.call, server.service);
  const known = async () => (await server.call('system.status', {})).store.auditCount;
  let count = await known();
  const mark = (): void => {
    appendFileSync(to, markOf(Buffer.from(String(count))));
  };
  mark();
  for (let command = 0; command < commands; command += 4) {
    const name = `Recorded ${String(command)}`;
    const { key } = await server.call('keys.create', newKey(seed, name));
    count += 1;
    mark();
    const { keyId } = key;
    await server.call('keys.rotate', { keyId, overlapMs: 0 });
    count += 1;
    mark();
    await server.call('keys.revoke', { keyId, reason: 'policy' });
    count += 1;
    mark();
    await server.call('settings.update', { helpContact: `c${String(command)}@example.com` });
    count += 1;
    mark();
  }
  if ((await known()) !== count) throw new Error('The harness has lost count of the audit events.');
  await server.end('SIGKILL');
  return { records: readRecords(to), data, adminToken };
}

interface Verdicts {
  images: number;
  lossy: number;
  corrupt: number;
  lostMax: number;
}

/** Cuts the power at random moments and looks at what is left. */
function judge(work: Workbench, { records, data }: Recording, images: number): Verdicts {
  const random = seededRandom(20_261_122);
  const first = records.findIndex(({ kind }) => kind === 'mark');
  if (first < 0 || records.length < images / 20) throw new Error('The recorder recorded nothing.');
  const cuts = Array.from(
    { length: images },
    () => first + 1 + Math.floor(random() * (records.length - first)),
  );
  cuts.sort((one, other) => one - other);
  const disk = new ForgetfulDisk();
  const verdicts: Verdicts = { images, lossy: 0, corrupt: 0, lostMax: 0 };
  const isOfStore = (path: string): boolean => path.startsWith(join(data, 'keys.db'));
  let at = 0;
  let acknowledged = 0;
  for (const [number, cut] of cuts.entries()) {
    for (; at < cut && at < records.length; at += 1) {
      const next = records[at];
      if (next === undefined) break;
      disk.apply(next);
      if (next.kind === 'mark') acknowledged = Number(next.data.toString());
    }
    // Every third: what was synced and nothing else. Every third: any part of the rest; every third: with torn writes among it.
    const image = disk.image(() => {
      if (number % 3 === 0) return 'gone';
      const luck = random();
      if (number % 3 === 2 && luck < 0.3) return 'torn';
      return luck < 0.65 ? 'whole' : 'gone';
    }, isOfStore);
    const events = eventsIn(join(work.directory, 'image'), image, data);
    if (events === null) verdicts.corrupt += 1;
    else if (events < acknowledged) {
      verdicts.lossy += 1;
      verdicts.lostMax = Math.max(verdicts.lostMax, acknowledged - events);
    }
  }
  return verdicts;
}

/** Number of audit events in a store that is whole and in which keys and audit agree; else null. */
function eventsIn(folder: string, image: ReadonlyMap<string, Buffer>, data: string): number | null {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'keys.db');
  for (const suffix of ['', '-wal', '-journal']) {
    const content = image.get(`${join(data, 'keys.db')}${suffix}`);
    if (content !== undefined) writeFileSync(`${file}${suffix}`, content);
  }
  return storeFigures(file)?.auditCount ?? null;
}

async function powerLoss(work: Workbench, program: Program, images: number): Promise<Verdicts> {
  return judge(work, await record(work, program, COMMANDS), images);
}

function figureOf({ images, lossy, corrupt, lostMax }: Verdicts): Figure {
  return {
    reached: `${String(lossy)} with lost commands (at most ${String(lostMax)}), ${String(corrupt)} corrupt of ${String(images)} images`,
    holds: lossy === 0 && corrupt === 0,
  };
}

/** Lays some images down as whole data directories and starts the program on them. */
async function startsOn(work: Workbench, recording: Recording, starts: number): Promise<number> {
  const disk = new ForgetfulDisk();
  const random = seededRandom(7);
  const first = recording.records.findIndex(({ kind }) => kind === 'mark') + 1;
  const step = Math.floor((recording.records.length - first) / starts);
  let acknowledged = 0;
  let started = 0;
  for (const [index, next] of recording.records.entries()) {
    disk.apply(next);
    if (next.kind === 'mark') acknowledged = Number(next.data.toString());
    if (index < first || (index - first) % step !== step - 1) continue;
    const data = join(work.directory, `whole-${String(index)}`);
    for (const [path, content] of disk.image(() => (random() < 0.5 ? 'whole' : 'gone'))) {
      const to = join(data, path.slice(recording.data.length));
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      writeFileSync(to, content, { mode: 0o600 });
    }
    const { adminToken } = recording;
    const server = await startProgram(work, { program: work.program, data, adminToken });
    const { store } = await server.call('system.status', {});
    const trail = await server.call('audit.verify', {});
    if (store.auditCount >= acknowledged && trail.ok) started += 1;
    await server.end('SIGKILL');
  }
  return started;
}

const SYNCHRONOUS = { file: 'src-main/sqlite/open-database.ts', find: "'synchronous = FULL'" };

/** Loss of power, played from a recording of every write. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A2',
    promise:
      'Loss of power at any moment, with any part of what was not synced, loses no acknowledged command and corrupts nothing',
    target: '0 with lost commands, 0 corrupt of 5,000 images',
    tier: 'T1',
    isBeside: true,
    figure: async (work) => {
      const recording = await record(work, work.program, COMMANDS);
      const verdicts = judge(work, recording, work.count(5_000));
      const starts = work.count(10);
      const started = await startsOn(work, recording, starts);
      const { reached, holds } = figureOf(verdicts);
      return {
        reached: `${reached}; the program started on ${String(started)} of ${String(starts)}`,
        holds: holds && started === starts,
      };
    },
    controls: [
      {
        fault: 'synchronous=NORMAL',
        run: async (work) => {
          const program = work.patched([{ ...SYNCHRONOUS, replace: "'synchronous = NORMAL'" }]);
          return figureOf(await powerLoss(work, program, 300));
        },
      },
      {
        fault: 'synchronous=OFF, which must corrupt',
        run: async (work) => {
          const program = work.patched([{ ...SYNCHRONOUS, replace: "'synchronous = OFF'" }]);
          const verdicts = await powerLoss(work, program, 300);
          return { ...figureOf(verdicts), holds: verdicts.corrupt === 0 };
        },
      },
    ],
  },
];
