import { hashFile } from '#main/platform/hash-file.ts';
import { inspectStore } from './inspect-store.ts';
import type { StoreFinding } from './inspect-store.ts';

/** What was found in a copy of a store, and the hex SHA-256 of the file that was looked into; null when it cannot be read. */
export interface CopyFinding {
  readonly finding: StoreFinding;
  readonly sha256: string | null;
}

/** Looks into a copy on this thread: as inspectStore. */
export function inspectCopy(path: string, folder: string): CopyFinding {
  const finding = inspectStore(path, folder);
  return { finding, sha256: finding.kind === 'sound' ? hashFile(path) : null };
}
