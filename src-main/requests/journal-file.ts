import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '#main/platform/error-code.ts';
import {
  type JournalLimit,
  listSegments,
  nextSegmentNumber,
  segmentName,
  segmentNumber,
} from './journal-segments.ts';

/** A segment is closed behind this. What is stored is given back to the disk by whole segments. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** The segment that is being written, in a folder that belongs to the journal alone. Frames are written at their places: one that
 *  went wrong in its middle is overwritten by the next attempt. */
export class JournalFile {
  readonly #folder: string;
  readonly #runId: string;
  #file: number | null = null;
  #segment: string | null = null;
  /** Of this run's newest segment: it may be stored and deleted already. */
  #lastNumber = 0;
  #offset = 0;
  #rows = 0;
  #limit: JournalLimit | null = null;

  constructor(folder: string, runId: string) {
    this.#folder = folder;
    this.#runId = runId;
  }

  /** How far the journal is written; null before the first frame of this run. */
  get limit(): JournalLimit | null {
    return this.#limit;
  }

  /** The segment into which the next frame goes; null = a new one. */
  get segment(): string | null {
    return this.#segment;
  }

  get isLong(): boolean {
    return this.#offset >= SEGMENT_BYTES;
  }

  /** Writes a frame with so many decisions. Throws what the disk says; the frame can be given again then. */
  append(frame: Buffer, rows: number): void {
    const file = this.#open();
    let done = 0;
    while (done < frame.length) {
      done += writeSync(file, frame, done, frame.length - done, this.#offset + done);
    }
    this.#offset += frame.length;
    this.#rows += rows;
    this.#limit = { segment: this.#segment ?? '', offset: this.#offset, rows: this.#rows };
  }

  /** Was the segment taken away, and with it what later frames refer to? To be asked about an error of `append`. */
  isGone(error: unknown): boolean {
    return errorCode(error) === 'ENOENT' && this.#offset > 0;
  }

  /** The next frame begins a new segment. */
  endSegment(): void {
    this.close();
    this.#segment = null;
    this.#offset = 0;
    this.#rows = 0;
  }

  /** Lets go of the file; the next frame opens it again. */
  close(): void {
    if (this.#file === null) return;
    const file = this.#file;
    this.#file = null;
    closeSync(file);
  }

  #open(): number {
    if (this.#file !== null) return this.#file;
    if (this.#segment !== null) return (this.#file = openSync(join(this.#folder, this.#segment), 'r+'));
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const number = Math.max(nextSegmentNumber(listSegments(this.#folder)), this.#lastNumber + 1);
    const segment = segmentName(number, this.#runId);
    this.#file = openSync(join(this.#folder, segment), 'wx', 0o600);
    this.#segment = segment;
    this.#lastNumber = segmentNumber(segment);
    return this.#file;
  }
}
