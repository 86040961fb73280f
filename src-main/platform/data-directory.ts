import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statfsSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/** Where everything is kept, absolute. */
export interface DataDirectory {
  readonly path: string;
  readonly keysDatabase: string;
  readonly requestsDatabase: string;
  /** Master secret of a headless installation. */
  readonly masterKey: string;
  /** Peppers that rotations made. */
  readonly peppers: string;
  /** Marker: a store was made here. */
  readonly instance: string;
  /** Locked by the process that uses the directory. */
  readonly lock: string;
  /** Who that process is. */
  readonly owner: string;
  readonly auditHead: string;
  /** Room to give back on a full disk. */
  readonly ballast: string;
  readonly backups: string;
  /** Stores that a restore or a failed start moved aside. */
  readonly movedAside: string;
  /** Files of exports, while the program runs. */
  readonly exports: string;
  /** Since when uses of keys are known without a gap. */
  readonly usesKnown: string;
  /** A line for every request, when the settings want it; `.1` and so on for older ones. */
  readonly accessLog: string;
  /** Says that a restore is going on. */
  readonly restoreMarker: string;
  /** The store that a restore puts in place. */
  readonly restoreReady: string;
  /** Copies that start-up looks at instead of the store itself. */
  readonly inspection: string;
}

/** Makes the directory private to its user (0700) and everything in it too. Creates it when it is not there.
 *  Throws StartError(2) for a symbolic link, a network file system and a place that cannot be used. */
export function prepareDataDirectory(path: string): DataDirectory {
  const root = resolve(path);
  try {
    refuseLink(root);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    refuseNetwork(root);
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    const directory = names(root);
    mkdirSync(directory.backups, { recursive: true, mode: 0o700 });
    mkdirSync(directory.movedAside, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') tighten(directory);
    return directory;
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      2,
      `The data directory ${root} cannot be used (${errorCode(error)}). Choose another one with --data, or give this user the right to write there.`,
    );
  }
}

function names(path: string): DataDirectory {
  return {
    path,
    keysDatabase: join(path, 'keys.db'),
    requestsDatabase: join(path, 'requests.db'),
    masterKey: join(path, 'master.key'),
    peppers: join(path, 'peppers.json'),
    instance: join(path, 'instance.json'),
    lock: join(path, 'lock'),
    owner: join(path, 'owner.json'),
    auditHead: join(path, 'audit-head.json'),
    ballast: join(path, 'ballast'),
    backups: join(path, 'backups'),
    movedAside: join(path, 'moved-aside'),
    exports: join(path, 'exports'),
    usesKnown: join(path, 'uses-known.json'),
    accessLog: join(path, 'access.log'),
    restoreMarker: join(path, 'restore.json'),
    restoreReady: join(path, 'keys.db.restored'),
    inspection: join(path, 'inspection'),
  };
}

function refuseLink(path: string): void {
  if (existsSync(path) && lstatSync(path).isSymbolicLink()) {
    throw new StartError(
      2,
      `The data directory ${path} is a symbolic link. Name the real directory instead.`,
    );
  }
}

/** File systems on which SQLite's locks and syncs cannot be relied upon: NFS, SMB, CIFS, SMB2 (Linux magic numbers). */
const NETWORK_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

function refuseNetwork(path: string): void {
  if (process.platform === 'linux' && NETWORK_FILE_SYSTEMS.has(statfsSync(path).type)) {
    throw new StartError(
      2,
      `The data directory ${path} is on a network file system. Choose one on a local disk.`,
    );
  }
}

function tighten(directory: DataDirectory): void {
  for (const folder of [directory.path, directory.backups, directory.movedAside]) {
    setMode(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      // A master secret that others could read is refused later, not covered up.
      if (entry.isFile() && path !== directory.masterKey) setMode(path, 0o600);
    }
  }
}

function setMode(path: string, mode: number): void {
  if ((lstatSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}
