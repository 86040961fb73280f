import { readFileSync } from 'node:fs';

/** One thing that the program did to a file, or a mark of the harness between two of them. */
export type DiskRecord =
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly offset: number }
  | { readonly kind: 'sync' | 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'mark'; readonly data: Buffer };

const HEAD_BYTES = 15;
const MARK = 9;

/** A mark in the format of native/record-writes.c: what it says was known by then. */
export function markOf(data: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(MARK, 0);
  head.writeUInt32LE(data.length, 11);
  return Buffer.concat([head, data]);
}

/** What was recorded, in order. */
export function readRecords(file: string): readonly DiskRecord[] {
  const bytes = readFileSync(file);
  const records: DiskRecord[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const kind = bytes.readUInt8(at);
    const pathLength = bytes.readUInt16LE(at + 1);
    const offset = Number(bytes.readBigUInt64LE(at + 3));
    const length = bytes.readUInt32LE(at + 11);
    const pathAt = at + HEAD_BYTES;
    const path = bytes.toString('utf8', pathAt, pathAt + pathLength).replace(/ \(deleted\)$/, '');
    const data = bytes.subarray(pathAt + pathLength, pathAt + pathLength + length);
    at = pathAt + pathLength + length;
    if (kind === 1) records.push({ kind: 'write', path, offset, data });
    else if (kind === 2) records.push({ kind: 'truncate', path, offset });
    else if (kind === 3) records.push({ kind: 'sync', path });
    else if (kind === 4) records.push({ kind: 'unlink', path });
    else if (kind === 5) records.push({ kind: 'rename', path, to: data.toString() });
    else if (kind === MARK) records.push({ kind: 'mark', data });
    else throw new Error(`A record of kind ${String(kind)} at ${String(at)}: the recording is not whole.`);
  }
  return records;
}

type Change = Extract<DiskRecord, { kind: 'write' | 'truncate' }>;

/** A disk with a cache that forgets: what was synced stays, of the rest anything may. Names change at once and in order, as journaling file
 *  systems do it. */
export class ForgetfulDisk {
  readonly #files = new Map<string, { durable: Buffer; waiting: Change[] }>();

  apply(record: DiskRecord): void {
    switch (record.kind) {
      case 'write':
      case 'truncate':
        this.#file(record.path).waiting.push(record);
        return;
      case 'sync': {
        const file = this.#files.get(record.path);
        if (file === undefined) return;
        file.durable = changed(file.durable, file.waiting);
        file.waiting = [];
        return;
      }
      case 'unlink':
        this.#files.delete(record.path);
        return;
      case 'rename': {
        const file = this.#files.get(record.path);
        if (file === undefined) return;
        this.#files.delete(record.path);
        this.#files.set(record.to, file);
        return;
      }
      case 'mark':
        return;
    }
  }

  /** What lies on the disk after a loss of power now: path → content, of the paths that are wanted. `keep` decides about each change
   *  that was not synced. */
  image(
    keep: (change: Change) => 'whole' | 'torn' | 'gone',
    isWanted: (path: string) => boolean = () => true,
  ): ReadonlyMap<string, Buffer> {
    const content = new Map<string, Buffer>();
    for (const [path, { durable, waiting }] of this.#files) {
      if (!isWanted(path)) continue;
      const kept = waiting.flatMap((change) => {
        const fate = keep(change);
        return fate === 'gone' ? [] : [fate === 'torn' ? torn(change) : change];
      });
      content.set(path, changed(durable, kept));
    }
    return content;
  }

  #file(path: string) {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = { durable: Buffer.alloc(0), waiting: [] as Change[] };
    this.#files.set(path, file);
    return file;
  }
}

const SECTOR_BYTES = 512;

/** The first half of its sectors, at least one. */
function torn(change: Change): Change {
  if (change.kind === 'truncate') return change;
  const sectors = Math.max(1, Math.floor(change.data.length / SECTOR_BYTES / 2));
  return { ...change, data: change.data.subarray(0, sectors * SECTOR_BYTES) };
}

/** One buffer for all of them: there can be thousands. */
function changed(content: Buffer, changes: readonly Change[]): Buffer {
  const endOf = (change: Change): number =>
    change.kind === 'truncate' ? change.offset : change.offset + change.data.length;
  const room = Buffer.alloc(changes.reduce((most, change) => Math.max(most, endOf(change)), content.length));
  content.copy(room);
  let length = content.length;
  for (const change of changes) {
    if (change.kind === 'truncate') {
      if (change.offset < length) room.fill(0, change.offset, length);
      length = change.offset;
    } else {
      change.data.copy(room, change.offset);
      length = Math.max(length, endOf(change));
    }
  }
  return room.subarray(0, length);
}
