import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import type { UseCaseContext } from './context.ts';
import { lockDirectory } from './lock-directory.ts';
import { createClock } from './platform/clock.ts';
import { type DataDirectory, prepareDataDirectory } from './platform/data-directory.ts';
import { createLogger } from './platform/logger.ts';
import { fileSecretStore } from './platform/secret-store.ts';
import { inspectCopy } from './sqlite/inspect-copy.ts';
import { type WiredStore, wireStore } from './wire-store.ts';

/** A running store in a directory of its own. */
export interface TestStore {
  readonly directory: DataDirectory;
  readonly wired: WiredStore;
  readonly logLines: readonly string[];
  /** A context with the rights of an owner, at this moment. */
  readonly owner: () => UseCaseContext;
  /** Stops as a program does that ends well. */
  readonly stop: () => void;
}

/** A path where no directory is yet. */
export function newDataPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'latchkey-store-')), 'data');
}

/** Starts the store half of the program; throws StartError as the program does, with nothing left open. */
export async function startTestStore(
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestStore> {
  const clock = createClock();
  const logLines: string[] = [];
  const logger = createLogger({ write: (line) => void logLines.push(line) });
  const directory = prepareDataDirectory(path);
  const lock = lockDirectory(directory, clock.nowMs());
  try {
    const config = readConfig(['--data', path], environment);
    const secretStore = fileSecretStore(directory.masterKey);
    const wired = await wireStore({
      config,
      directory,
      clock,
      logger,
      secretStore,
      inspectAside: (copy, folder) => Promise.resolve(inspectCopy(copy, folder)),
      backupPaceMs: 0,
    });
    const actor = { kind: 'desktop', id: 'desktop', name: 'Desktop' } as const;
    return {
      directory,
      wired,
      logLines,
      owner: () => wired.contextOf({ actor, role: 'owner' }),
      stop: () => {
        wired.store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** One command that leaves one audit event. */
export function renameSetting(store: TestStore, helpContact: string): void {
  store.owner().command(() => {
    store.wired.store.db.settings.put('helpContact', JSON.stringify(helpContact));
    return {
      value: null,
      audit: {
        action: 'settings.update',
        subject: { kind: 'setting', id: 'helpContact', name: 'Settings' },
        after: { helpContact },
      },
      changed: ['settings'],
    };
  });
}

/** Relative path → hash of every file, leaving out what each start writes. */
export function fingerprints(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name !== 'lock' && name !== 'owner.json' && statSync(join(path, name)).isFile(),
  );
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]),
  );
}
