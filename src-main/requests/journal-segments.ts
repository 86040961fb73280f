import { readdirSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { errorCode } from '#main/platform/error-code.ts';

/** Where the journal goes on: in a file of its folder, behind a frame or in the middle of one. */
export interface JournalPosition {
  readonly segment: string;
  /** Byte at which a frame begins. */
  readonly offset: number;
  /** Records of that frame that are done with. */
  readonly index: number;
}

/** A position as the log keeps it. */
export function formatPosition({ segment, offset, index }: JournalPosition): string {
  return `${segment} ${String(offset)} ${String(index)}`;
}

/** A position that the log kept; null when it kept none. */
export function parsePosition(text: string | null): JournalPosition | null {
  if (text === null) return null;
  const [segment = '', offset, index] = text.split(' ');
  return { segment, offset: Number(offset), index: Number(index) };
}

/** How far the journal is written in this run of the program. */
export interface JournalLimit {
  readonly segment: string;
  readonly offset: number;
  /** Decisions in the segment up to here: what is missing when it cannot be read. */
  readonly rows: number;
}

/** One write to the journal: the records of a turn of the event loop. */
export interface JournalFrame {
  /** Decisions among its records. */
  readonly rows: number;
  readonly records: Buffer;
  /** Bytes with what stands in front. */
  readonly bytes: number;
}

/** Before the records of a frame: mark, CRC-32 of all that follows, bytes of the records, decisions among them. */
export const FRAME_HEAD_BYTES = 16;
const MARK = 0x314a4b4c;
const CRC_FROM = 8;
/** A frame holds one turn, or what was held back while the disk refused: never near this. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;

/** Names sort in the order in which segments were begun. The end differs in every run of the program: a position of another
 *  journal, or of one that was deleted, names no segment of this one. */
const NUMBER_DIGITS = 12;
const SEGMENT_NAME = /^\d{12}-[0-9A-Za-z_-]{8,16}\.journal$/;

/** File name of a segment. */
export function segmentName(number: number, runId: string): string {
  return `${String(number).padStart(NUMBER_DIGITS, '0')}-${runId}.journal`;
}

/** The segments of a folder, oldest first; none when there is no such folder. Throws when it cannot be read. */
export function listSegments(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => SEGMENT_NAME.test(name))
      .sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return [];
    throw error;
  }
}

/** The number in a segment's name. */
export function segmentNumber(name: string): number {
  return Number(name.slice(0, NUMBER_DIGITS));
}

/** The number behind the newest of these segments; 1 for none. */
export function nextSegmentNumber(names: readonly string[]): number {
  const newest = names.at(-1);
  return newest === undefined ? 1 : segmentNumber(newest) + 1;
}

/** Fills in the head of a frame whose first FRAME_HEAD_BYTES were left free. */
export function sealFrame(frame: Buffer, rows: number): void {
  frame.writeUInt32LE(MARK, 0);
  frame.writeUInt32LE(frame.length - FRAME_HEAD_BYTES, 8);
  frame.writeUInt32LE(rows, 12);
  frame.writeUInt32LE(crc32(frame.subarray(CRC_FROM)), 4);
}

/** Bytes of the records behind this head; null when it is none. */
export function recordBytes(head: Buffer): number | null {
  if (head.length < FRAME_HEAD_BYTES || head.readUInt32LE(0) !== MARK) return null;
  const bytes = head.readUInt32LE(8);
  return bytes <= RECORD_BYTES_MAX ? bytes : null;
}

/** The frame at the start of `bytes`; null when it is not whole: a write that a kill or a power cut interrupted. */
export function readFrame(bytes: Buffer): JournalFrame | null {
  const length = recordBytes(bytes);
  if (length === null || bytes.length < FRAME_HEAD_BYTES + length) return null;
  const frame = bytes.subarray(0, FRAME_HEAD_BYTES + length);
  if (crc32(frame.subarray(CRC_FROM)) !== frame.readUInt32LE(4)) return null;
  return { rows: frame.readUInt32LE(12), records: frame.subarray(FRAME_HEAD_BYTES), bytes: frame.length };
}
