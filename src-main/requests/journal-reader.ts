import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '#main/platform/error-code.ts';
import { ByteReader } from './journal-bytes.ts';
import type { JournalRecord } from './journal-records.ts';
import {
  FRAME_HEAD_BYTES,
  type JournalFrame,
  type JournalLimit,
  type JournalPosition,
  listSegments,
  readFrame,
  recordBytes,
} from './journal-segments.ts';
import { ReadTexts } from './read-texts.ts';
import { RecordDecoder } from './record-decoder.ts';
import type { Batch } from './requests-messages.ts';

/** Read at once; a larger frame is read whole. */
const READ_BYTES = 512 * 1024;

/** Some records of the journal, to be stored in one transaction. */
export interface JournalPart {
  /** Where it begins; null = at the start of the oldest segment. */
  readonly from: JournalPosition | null;
  /** Where the journal goes on behind it. */
  readonly to: JournalPosition;
  readonly batch: Batch;
  /** Numbers of the batch's reports, in its order; null for those of an earlier run, whose sender is not waiting any more. */
  readonly reportNumbers: readonly (number | null)[];
  readonly records: number;
}

/** What is gathered until a part is full. */
interface Gathered {
  readonly decisions: Batch['decisions'][number][];
  readonly reports: Batch['reports'][number][];
  readonly lost: Batch['lost'][number][];
  readonly reportNumbers: (number | null)[];
  records: number;
}

/** Where a problem of the journal is told. */
export interface JournalReaderOptions {
  readonly folder: string;
  /** Names the present run in file names. */
  readonly runId: string;
  /** Bytes behind the last whole frame of an earlier run: what was being written when it ended. */
  readonly onTorn: (segment: string) => void;
  /** A segment of this run cannot be read on; decisions in it were lost and are counted. */
  readonly onDamaged: (segment: string) => void;
}

/** Reads the journal in order, in the worker. Segments of this run only as far as they are said to be written. */
export class JournalReader {
  readonly #options: JournalReaderOptions;
  #segment: string | null = null;
  #file: number | null = null;
  #offset = 0;
  #index = 0;
  #rows = 0;
  /** Bytes behind this may be in the middle of being written. */
  #endsAt = Number.POSITIVE_INFINITY;
  readonly #texts = new ReadTexts();
  #decoder = new RecordDecoder(this.#texts);
  #frame: { readonly whole: JournalFrame; readonly reader: ByteReader } | null = null;
  #isUnreadable = false;
  #isTornTold = false;
  #bytes = Buffer.alloc(0);
  #bytesAt = 0;

  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  /** Goes on from a position; from the oldest segment when it is null or of an earlier run and names none that is there. */
  seek(position: JournalPosition | null): void {
    this.close();
    this.#segment = null;
    const names = listSegments(this.#options.folder);
    if (position === null) return;
    if (!names.includes(position.segment) && !this.#isOfThisRun(position.segment)) return;
    this.#enter(position.segment);
    // From the start: records refer to earlier ones of their segment.
    this.#endsAt = position.offset;
    while (this.#offset < position.offset && this.#nextFrame()) this.#finishFrame();
    if (this.#offset < position.offset) this.#isUnreadable = true;
    this.#offset = position.offset;
    this.#endsAt = Number.POSITIVE_INFINITY;
    if (position.index > 0 && this.#nextFrame()) {
      for (let index = 0; index < position.index; index += 1) this.#nextRecord();
    }
  }

  /** The next records, at most `recordsMax`; null when there are none up to the limit (null: to the end of all segments). */
  read(limit: JournalLimit | null, recordsMax: number): JournalPart | null {
    const from = this.#position();
    const gathered: Gathered = { decisions: [], reports: [], lost: [], reportNumbers: [], records: 0 };
    while (gathered.records < recordsMax && this.#step(limit, gathered));
    const to = this.#position();
    if (to === null || isSame(from, to)) return null;
    const { decisions, reports, lost, reportNumbers, records } = gathered;
    return { from, to, batch: { decisions, reports, lost }, reportNumbers, records };
  }

  /** Deletes the segments before this one: everything in them is stored. */
  removeBefore(segment: string): void {
    const names = listSegments(this.#options.folder);
    // After a clean stop the segment that the position names is gone, and numbers begin anew: what is there came after it.
    if (!names.includes(segment)) return;
    for (const name of names) if (name < segment) this.#remove(name);
  }

  /** Deletes all segments: everything in them is stored and nobody writes any more. Oldest first, so that a kill in between
   *  leaves the one that the stored position names. */
  removeAll(): void {
    this.close();
    for (const name of listSegments(this.#options.folder)) this.#remove(name);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #isOfThisRun(segment: string): boolean {
    return segment.includes(`-${this.#options.runId}.`);
  }

  #position(): JournalPosition | null {
    if (this.#segment === null) return null;
    return { segment: this.#segment, offset: this.#offset, index: this.#index };
  }

  /** One record, or the way to the next segment; false when there is nothing more. */
  #step(limit: JournalLimit | null, gathered: Gathered): boolean {
    const segment = this.#segment;
    if (segment === null) return this.#enterNext(limit);
    const endsAt = segment === limit?.segment ? limit.offset : Number.POSITIVE_INFINITY;
    this.#endsAt = endsAt;
    if (!this.#isUnreadable && (this.#frame !== null || this.#nextFrame())) {
      const record = this.#nextRecord();
      if (record !== null) this.#gather(record, segment, gathered);
      return true;
    }
    if (segment === limit?.segment) {
      this.#giveUp(limit, gathered);
      return false;
    }
    if (!this.#isTornTold && this.#bytesLeft() > 0) {
      this.#isTornTold = true;
      this.#options.onTorn(segment);
    }
    return this.#enterNext(limit);
  }

  #gather(record: JournalRecord, segment: string, gathered: Gathered): void {
    gathered.records += 1;
    switch (record.kind) {
      case 'decision':
        gathered.decisions.push(record.decision);
        break;
      case 'report':
        gathered.reports.push(record.report);
        gathered.reportNumbers.push(this.#isOfThisRun(segment) ? record.number : null);
        break;
      case 'lost':
        gathered.lost.push(record.lost);
        break;
    }
  }

  /** What is said to be there and cannot be read is counted. */
  #giveUp(limit: JournalLimit, gathered: Gathered): void {
    if (this.#offset >= limit.offset) return;
    const missing = limit.rows - this.#rows;
    if (missing > 0) gathered.lost.push({ reason: 'journal_damaged', count: missing });
    this.#rows = limit.rows;
    this.#offset = limit.offset;
    if (!this.#isUnreadable) this.#options.onDamaged(limit.segment);
    this.#isUnreadable = true;
  }

  #enterNext(limit: JournalLimit | null): boolean {
    const before = this.#segment ?? '';
    const next = listSegments(this.#options.folder).find((name) => name > before);
    const name = next ?? (limit !== null && limit.segment > before ? limit.segment : undefined);
    if (name === undefined || (limit !== null && name > limit.segment)) return false;
    this.#enter(name);
    return true;
  }

  #enter(segment: string): void {
    this.close();
    this.#segment = segment;
    this.#offset = 0;
    this.#index = 0;
    this.#rows = 0;
    this.#endsAt = Number.POSITIVE_INFINITY;
    this.#decoder = new RecordDecoder(this.#texts);
    this.#frame = null;
    this.#isUnreadable = false;
    this.#isTornTold = false;
    this.#bytes = Buffer.alloc(0);
    this.#bytesAt = 0;
  }

  #finishFrame(): void {
    while (this.#frame !== null && !this.#isUnreadable) this.#nextRecord();
  }

  #nextRecord(): JournalRecord | null {
    const frame = this.#frame;
    if (frame === null) return null;
    try {
      const record = this.#decoder.next(frame.reader);
      this.#index += 1;
      if (record.kind === 'decision') this.#rows += 1;
      if (frame.reader.isAtEnd) {
        this.#offset += frame.whole.bytes;
        this.#index = 0;
        this.#frame = null;
      }
      return record;
    } catch (error) {
      if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
      this.#isUnreadable = true;
      this.#frame = null;
      return null;
    }
  }

  /** Has the frame at the present offset ready, if a whole one is there before the end. */
  #nextFrame(): boolean {
    if (this.#offset >= this.#endsAt) return false;
    let frame = readFrame(this.#bytesFrom(FRAME_HEAD_BYTES));
    if (frame === null) {
      const length = recordBytes(this.#bytesFrom(FRAME_HEAD_BYTES));
      frame = length === null ? null : readFrame(this.#bytesFrom(FRAME_HEAD_BYTES + length));
    }
    if (frame === null) return false;
    this.#frame = { whole: frame, reader: new ByteReader(frame.records) };
    return true;
  }

  /** Bytes from the present offset on: at least so many, unless the file ends before. */
  #bytesFrom(count: number): Buffer {
    const start = this.#offset - this.#bytesAt;
    if (this.#bytes.length - start >= count) return this.#bytes.subarray(start);
    const wanted = Buffer.allocUnsafe(Math.min(Math.max(count, READ_BYTES), this.#endsAt - this.#offset));
    const file = this.#openFile();
    const read = file === null ? 0 : readSync(file, wanted, 0, wanted.length, this.#offset);
    this.#bytes = wanted.subarray(0, read);
    this.#bytesAt = this.#offset;
    return this.#bytes;
  }

  #bytesLeft(): number {
    this.#bytesAt = this.#offset;
    this.#bytes = Buffer.alloc(0);
    return this.#bytesFrom(1).length;
  }

  /** null when the segment is gone. */
  #openFile(): number | null {
    if (this.#file !== null) return this.#file;
    try {
      return (this.#file = openSync(join(this.#options.folder, this.#segment ?? ''), 'r'));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  #remove(name: string): void {
    try {
      unlinkSync(join(this.#options.folder, name));
    } catch (error) {
      // On Windows another program may have it open: it is tried again with the next segment.
      if (!['ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(errorCode(error))) throw error;
    }
  }
}

function isSame(a: JournalPosition | null, b: JournalPosition): boolean {
  return a !== null && a.segment === b.segment && a.offset === b.offset && a.index === b.index;
}
