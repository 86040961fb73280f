import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { LeakScanner, type LeakFinding } from '#contract/leak-scan.ts';

/** A commit that a key stands in. */
export interface LeakCommit {
  readonly id: string;
  /** As Git writes it: `2026-11-22T12:00:00+01:00`; null when Git does not tell. */
  readonly at: string | null;
}

/** A key or token that was found: what may be printed of it. The secret itself is gone. */
export interface Leak extends Omit<LeakFinding, 'secret' | 'state'> {
  /** Of the whole text, hex: tells the same secret again, and nobody can get back from it to 256 random bits. */
  readonly sha256: string;
  /** Where, as it is shown: a path, `-` for standard input, a Git object. */
  readonly file: string;
  /** The oldest commit that has it; null outside of a history. */
  readonly commit: LeakCommit | null;
}

/** What a whole scan found. */
export interface ScanResult {
  readonly leaks: Leak[];
  readonly unreadable: { readonly file: string; readonly reason: string }[];
  /** Texts in the shape of a key whose checksum does not fit. */
  lookAlikes: number;
  /** Files, or objects of a history. */
  files: number;
  bytes: number;
}

/** Nothing found yet. */
export function emptyResult(): ScanResult {
  return { leaks: [], unreadable: [], lookAlikes: 0, files: 0, bytes: 0 };
}

/** Takes in the bytes of one text after another. */
export interface TextScan {
  readonly push: (bytes: Buffer) => void;
  readonly end: () => void;
}

/** A scan that adds to `result` what it finds under the name that `file` has at that moment. */
export function createTextScan(result: ScanResult, file: () => string): TextScan {
  const scanner = new LeakScanner((finding) => {
    if (finding.state === 'mistyped') result.lookAlikes += 1;
    if (finding.state !== 'whole') return;
    const { secret, state: _state, ...shown } = finding;
    const sha256 = createHash('sha256').update(secret).digest('hex');
    result.leaks.push({ ...shown, sha256, file: file(), commit: null });
  });
  return {
    push: (bytes) => {
      result.bytes += bytes.length;
      scanner.push(bytes.toString('latin1'));
    },
    end: () => {
      scanner.end();
      result.files += 1;
    },
  };
}

const PART_BYTES = 256 * 1024;

/** Reads files one after another, each in parts, so that memory does not depend on their size. Throws what reading throws. */
export function createFileScan(result: ScanResult): (path: string, shown: string) => void {
  const part = Buffer.allocUnsafe(PART_BYTES);
  let file = '';
  const scan = createTextScan(result, () => file);
  return (path, shown) => {
    file = shown;
    const handle = openSync(path, 'r');
    try {
      for (let read = readSync(handle, part); read > 0; read = readSync(handle, part)) {
        scan.push(part.subarray(0, read));
      }
    } finally {
      closeSync(handle);
      // What was read before a failure counts, and the next file begins anew.
      scan.end();
    }
  };
}
