import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TimestampMs } from '#contract/ids.ts';
import { canonicalAudit, CHAIN_START, chainInput } from './domain/audit-chain.ts';
import { APP_VERSION } from './platform/app-version.ts';
import { freeBallast } from './platform/ballast.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import { errorCode } from './platform/error-code.ts';
import {
  type InstanceMarker,
  readInstanceMarker,
  traceOfUse,
  writeInstanceMarker,
} from './platform/instance-marker.ts';
import { createKeyring, type Keyring, MASTER_SECRET_BYTES_MIN } from './platform/keyring.ts';
import { randomBytes } from './platform/random.ts';
import type { SecretStore } from './platform/secret-store.ts';
import { StartError } from './platform/start-error.ts';
import { copyStore } from './sqlite/copy-store.ts';
import { createStore } from './sqlite/create-store.ts';
import { inspectStore, type StoreFacts, type StoreFinding } from './sqlite/inspect-store.ts';
import { type KeysDatabase, KEYS_MIGRATIONS, openKeysDatabase } from './sqlite/keys-database.ts';

/** The key store and the secret that goes with it. */
export interface OpenedStore {
  readonly db: KeysDatabase;
  readonly keyring: Keyring;
  readonly instanceId: string;
  /** Was all of it compared? Of a large store that is still to be done: see startStoreCheck. */
  readonly isWhollyRead: boolean;
}

/** Opens the key store of a locked data directory, or makes one in a directory that was never used. Never puts an empty
 *  store or a new master secret in place of a missing one. Throws StartError(4) and leaves every byte as it was. */
export async function openStore(options: {
  readonly directory: DataDirectory;
  readonly secretStore: SecretStore;
  readonly nowMs: TimestampMs;
}): Promise<OpenedStore> {
  const { directory, secretStore, nowMs } = options;
  const marker = readInstanceMarker(directory);
  const finding = inspectWithRoom(directory);
  if (finding.kind === 'missing' && traceOfUse(directory) === null) {
    return createFirst(directory, await secretOf(secretStore, { create: true }), nowMs);
  }
  const facts = refuseUnsound(directory, marker, finding);
  const keyring = createKeyring(await secretOf(secretStore, { create: false }));
  refuseOtherSecret(secretStore, facts, keyring);
  refuseForeignLog(directory, facts, keyring);
  if (facts.schemaVersion < KEYS_MIGRATIONS.length) {
    const name = `before-schema-${String(KEYS_MIGRATIONS.length)}-${String(nowMs)}.db`;
    await copyStore(directory.keysDatabase, join(directory.movedAside, name));
  }
  const db = openKeysDatabase(directory.keysDatabase);
  if (facts.appVersion !== APP_VERSION) db.store.put('app_version', APP_VERSION);
  const instanceId = facts.instanceId ?? '';
  // Lost between the making of the store and of its marker, or moved away by the operator as a message told.
  if (marker === null) writeInstanceMarker(directory, { instanceId, createdAt: nowMs });
  return { db, keyring, instanceId, isWhollyRead: finding.kind === 'sound' && finding.isWhollyRead };
}

/** After an unclean stop a copy is needed for looking; on a full disk the ballast makes room for it. */
function inspectWithRoom(directory: DataDirectory): StoreFinding {
  const inspect = () => inspectStore(directory.keysDatabase, directory.inspection, { isHurried: true });
  try {
    return inspect();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
  freeBallast(directory.ballast);
  try {
    return inspect();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const message = `The disk of ${directory.path} is full, and the key store cannot be checked after an unclean stop. Free some space and start again.`;
    throw new StartError(4, message);
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
}

async function secretOf(store: SecretStore, options: { create: boolean }): Promise<Uint8Array> {
  const kept = await store.read();
  if (kept !== null) return kept;
  if (!options.create) {
    throw new StartError(
      4,
      `The master secret (${store.name}) is missing, and without it no existing key can be verified. Put it back; a new one would make every key worthless.`,
    );
  }
  const made = randomBytes(MASTER_SECRET_BYTES_MIN);
  await store.write(made);
  return made;
}

function createFirst(directory: DataDirectory, masterSecret: Uint8Array, nowMs: TimestampMs): OpenedStore {
  const keyring = createKeyring(masterSecret);
  const instanceId = Buffer.from(randomBytes(16)).toString('hex');
  createStore(directory.keysDatabase, {
    instance_id: instanceId,
    app_version: APP_VERSION,
    pepper_fingerprint: keyring.fingerprint,
    created_at_ms: String(nowMs),
  });
  // After the store: a kill in between leaves a whole store, and its marker is written at the next start.
  writeInstanceMarker(directory, { instanceId, createdAt: nowMs });
  return { db: openKeysDatabase(directory.keysDatabase), keyring, instanceId, isWhollyRead: true };
}

function refuseUnsound(
  directory: DataDirectory,
  marker: InstanceMarker | null,
  finding: StoreFinding,
): StoreFacts {
  const file = directory.keysDatabase;
  switch (finding.kind) {
    case 'sound':
      if (marker !== null && marker.instanceId !== finding.facts.instanceId) {
        throw new StartError(
          4,
          `${file} belongs to another installation than the rest of this data directory. Nothing was changed. ${advice(directory)}`,
        );
      }
      return finding.facts;
    case 'newer':
      throw new StartError(
        4,
        `${file} was written by Latchkey ${finding.appVersion ?? '(version unknown)'}, which is newer than this one (${APP_VERSION}). Start that version, or restore a backup made by this one.`,
      );
    case 'missing':
      throw new StartError(
        4,
        `${file} is missing, but this data directory was used before (${traceOfUse(directory) ?? 'marker'} is there). No empty store was put in its place. ${advice(directory)}`,
      );
    case 'damaged':
      throw new StartError(
        4,
        `${file} is damaged. ${finding.detail} Nothing was changed. ${advice(directory)}`,
      );
  }
}

function refuseOtherSecret(store: SecretStore, facts: StoreFacts, keyring: Keyring): void {
  if (facts.pepperFingerprint === keyring.fingerprint) return;
  throw new StartError(
    4,
    `The master secret (${store.name}) is not the one this key store was made with, so no existing key would verify. Put the original one back.`,
  );
}

/** A write-ahead log of another store that was put beside the file: SQLite takes it for its own, and mixes the two. It is
 *  told by a store that is whole and ours without the log, and whose newest audit event is not ours with it. Without a log
 *  an event that is not ours is no reason to refuse: the trail is shown as broken, and services go on. */
function refuseForeignLog(directory: DataDirectory, facts: StoreFacts, keyring: Keyring): void {
  const file = directory.keysDatabase;
  if (endsWithOurs(facts, keyring) || !existsSync(`${file}-wal`)) return;
  const alone = inspectStore(file, directory.inspection, { withoutLog: true, isHurried: true });
  if (alone.kind !== 'sound' || !endsWithOurs(alone.facts, keyring)) return;
  throw new StartError(
    4,
    `The newest change in ${file}-wal was not made by this installation, while ${file} itself is whole: the -wal file comes from elsewhere. Nothing was changed. ${advice(directory)}`,
  );
}

/** Is the newest audit event made with our key? True when there is none. */
function endsWithOurs(facts: StoreFacts, keyring: Keyring): boolean {
  const [last, before] = facts.newestEvents;
  if (last === undefined) return true;
  const mac = keyring.auditMac(chainInput(before?.hash ?? CHAIN_START, canonicalAudit(last)));
  return mac.toString('hex') === last.hash;
}

function advice(directory: DataDirectory): string {
  const newest = readdirSync(directory.backups)
    .filter((name) => /^backup-\w+\.db$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined)
    return 'There is no backup in this data directory: put back your own copy of keys.db.';
  return `To go back to the newest backup, move keys.db and keys.db-wal to another place and copy ${join(directory.backups, newest)} to ${directory.keysDatabase}.`;
}
