import { existsSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import type { DataDirectory } from './data-directory.ts';
import { readJson } from './read-json.ts';
import { StartError } from './start-error.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

const instanceMarker = z.object({
  /** 32 hex characters, also in the store: tells that file and directory belong together. */
  instanceId: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.int(),
});
/** Says that a store was made here, so that a missing one is a loss and not a first start. */
export type InstanceMarker = z.infer<typeof instanceMarker>;

/** null when there is none. Throws StartError(4) when it cannot be read. */
export function readInstanceMarker(directory: DataDirectory): InstanceMarker | null {
  const content = readJson(directory.instance);
  if (content === undefined) return null;
  const parsed = instanceMarker.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new StartError(
    4,
    `${directory.instance} is damaged. If keys.db is intact, move this file away and start again: it is written anew.`,
  );
}

/** Keeps the marker. */
export function writeInstanceMarker(directory: DataDirectory, marker: InstanceMarker): void {
  writeFileAtomic(directory.instance, `${JSON.stringify(marker)}\n`);
}

/** Name of a file that only a used data directory has, or null. The marker may have been lost together with the store. */
export function traceOfUse(directory: DataDirectory): string | null {
  if (existsSync(directory.instance)) return 'instance.json';
  if (existsSync(directory.auditHead)) return 'audit-head.json';
  if (existsSync(directory.requestsDatabase)) return 'requests.db';
  if (existsSync(`${directory.keysDatabase}-wal`)) return 'keys.db-wal';
  return readdirSync(directory.backups).some((name) => name.endsWith('.db')) ? 'backups' : null;
}
