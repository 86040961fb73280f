import {
  appendFileSync,
  cpSync,
  openSync,
  readFileSync,
  closeSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program, SourceFault } from '../program.ts';
import { sourceProgram } from '../program.ts';
import { seededRandom } from '../seeded-random.ts';
import { storeFigures } from '../store-figures.ts';

type Support = typeof import('#main/wire-store.test-support.ts');

/** Damages the store in `data`; `other` is the store of another installation. */
type Damage = (data: string, other: string, random: () => number) => void;

const keysOf = (data: string): string => join(data, 'keys.db');

function overwrite(file: string, at: number, bytes: Buffer): void {
  const opened = openSync(file, 'r+');
  writeSync(opened, bytes, 0, bytes.length, at);
  closeSync(opened);
}

function withPragma(data: string, pragma: string): void {
  const handle = new Database(keysOf(data));
  handle.pragma(pragma);
  handle.close();
}

const CLASSES: Readonly<Record<string, Damage>> = {
  'missing though known': (data) => {
    rmSync(keysOf(data));
    rmSync(`${keysOf(data)}-wal`, { force: true });
  },
  'zero length': (data) => {
    truncateSync(keysOf(data), 0);
  },
  garbage: (data, _other, random) => {
    writeFileSync(keysOf(data), Buffer.from(Array.from({ length: 8_192 }, () => random() * 256)));
  },
  truncated: (data) => {
    truncateSync(keysOf(data), Math.floor(readFileSync(keysOf(data)).length / 2));
  },
  'a page overwritten': (data) => {
    overwrite(keysOf(data), 4_096, Buffer.alloc(4_096, 0x5a));
  },
  'bits flipped in the schema': (data) => {
    const bytes = readFileSync(keysOf(data));
    for (let at = 100; at < 140; at += 1) overwrite(keysOf(data), at, Buffer.from([(bytes[at] ?? 0) ^ 0x10]));
  },
  'the log of another store': (data, other) => {
    cpSync(`${keysOf(other)}-wal`, `${keysOf(data)}-wal`);
  },
  'another application': (data) => {
    withPragma(data, 'application_id = 7');
  },
  'a newer schema': (data) => {
    withPragma(data, 'user_version = 9999');
  },
};

/** One to sixteen places anywhere in the file get other bytes; now and then its end is cut off or something is added. */
function randomDamage(data: string, random: () => number): void {
  const file = keysOf(data);
  const { length } = readFileSync(file);
  const kind = random();
  if (kind < 0.1) truncateSync(file, Math.floor(random() * length));
  else if (kind < 0.2) appendFileSync(file, Buffer.alloc(Math.floor(random() * 9_000), random() * 256));
  else
    for (let place = 0; place < 1 + random() * 15; place += 1) {
      const bytes = Buffer.from(Array.from({ length: 1 + random() * 64 }, () => random() * 256));
      overwrite(file, Math.floor(random() * (length - 64)), bytes);
    }
}

/** Two stores of different installations, closed well; of the second a write-ahead log is kept. */
async function twoStores(
  work: Workbench,
  support: Support,
): Promise<{ readonly data: string; readonly other: string }> {
  const [data, other, killed] = ['data', 'other', 'killed'].map((name) => join(work.directory, name));
  if (data === undefined || other === undefined || killed === undefined) throw new Error('No path.');
  const ours = await support.startTestStore(data);
  for (let number = 0; number < 60; number += 1)
    support.renameSetting(ours, `a${String(number)}@example.com`);
  ours.stop();
  const theirs = await support.startTestStore(killed);
  for (let number = 0; number < 20; number += 1)
    support.renameSetting(theirs, `b${String(number)}@example.com`);
  cpSync(killed, other, { recursive: true });
  theirs.stop();
  return { data, other };
}

interface Tally {
  refused: number;
  started: number;
  readonly bad: string[];
}

/** Starts on damaged copies: refused with every byte as it was, or, where the damage touched nothing that counts, sound. */
async function damages(work: Workbench, program: Program, images: number): Promise<Figure> {
  const support = await program.load<Support>('src-main/wire-store.test-support.ts');
  const { data, other } = await twoStores(work, support);
  const random = seededRandom(4);
  const tally: Tally = { refused: 0, started: 0, bad: [] };
  const named = Object.entries(CLASSES);
  const tries: readonly (readonly [string, Damage])[] = [
    ...named,
    ...Array.from(
      { length: images },
      (_, number) => [`random ${String(number)}`, (path: string) => randomDamage(path, random)] as const,
    ),
  ];
  for (const [name, damage] of tries) {
    const copy = join(work.directory, 'damaged');
    rmSync(copy, { recursive: true, force: true });
    cpSync(data, copy, { recursive: true });
    damage(copy, other, random);
    await tryStart(support, copy, { name, mustRefuse: name in CLASSES, tally });
  }
  const { refused, started, bad } = tally;
  return {
    reached: `${String(named.length)} classes and ${String(images)} random damages: ${String(refused)} refused with every byte as it was, ${String(started)} started sound, ${String(bad.length)} overwritten or served damaged${bad.length > 0 ? `; first: ${String(bad[0])}` : ''}`,
    holds: bad.length === 0 && refused >= named.length,
  };
}

async function tryStart(
  support: Support,
  copy: string,
  { name, mustRefuse, tally }: { readonly name: string; readonly mustRefuse: boolean; readonly tally: Tally },
): Promise<void> {
  const before = support.fingerprints(copy);
  const error = await support.startTestStore(copy).then(
    (store) => {
      store.stop();
      return null;
    },
    (thrown: unknown) => thrown,
  );
  if (error === null) {
    if (mustRefuse) tally.bad.push(`${name}: it started`);
    else if (storeFigures(keysOf(copy)) === null) tally.bad.push(`${name}: it started on a damaged store`);
    else tally.started += 1;
    return;
  }
  const { exitCode, message } = error as { readonly exitCode?: number; readonly message?: string };
  const after = support.fingerprints(copy);
  const changed = Object.keys(before).filter((file) => before[file] !== after[file]);
  if (exitCode !== 4) tally.bad.push(`${name}: ${String(message)}`);
  else if (changed.length > 0) tally.bad.push(`${name}: ${changed.join(', ')} changed`);
  else tally.refused += 1;
}

const NEW_FOR_MISSING: SourceFault = {
  file: 'src-main/open-store.ts',
  find: "finding.kind === 'missing' && traceOfUse(directory) === null",
  replace: "finding.kind === 'missing'",
};
const NOT_LOOKED_AT: SourceFault = {
  file: 'src-main/sqlite/inspect-store.ts',
  find: "if (verdict !== 'ok')",
  replace: "if (verdict === 'never')",
};

/** Damaged stores. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D4',
    promise:
      'A damaged key store is refused at start, in nine classes and at random, and no byte of it is overwritten',
    target: '9 classes and 500 images, 0 overwrites',
    tier: 'T1',
    isBeside: true,
    figure: (work) => damages(work, sourceProgram(), work.count(500)),
    controls: [
      {
        fault: 'a missing store is replaced by an empty one',
        run: (work) => damages(work, work.patched([NEW_FOR_MISSING]), 1),
      },
      {
        fault: 'the file is not checked before it is opened',
        run: (work) => damages(work, work.patched([NOT_LOOKED_AT]), 60),
      },
    ],
  },
];
