import type { Actor } from '#contract/audit.ts';
import type { Role } from '#contract/procedure.ts';
import type { Settings } from '#contract/settings.ts';
import { type Announcements, createAnnouncements } from './announcements.ts';
import { createRunCommand, type RunCommandOptions } from './audit/run-command.ts';
import type { BackupService } from './backups/backup-service.ts';
import { randomBase62 } from './domain/base62.ts';
import type { Config } from './config.ts';
import type { UseCaseContext } from './context.ts';
import { DiskRecovery } from './disk-recovery.ts';
import { freeBallast } from './platform/ballast.ts';
import type { Clock } from './platform/clock.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import { isDiskReadOnly } from './platform/disk-probe.ts';
import { late } from './platform/late.ts';
import type { Logger } from './platform/logger.ts';
import { randomBytes } from './platform/random.ts';
import type { SecretStore } from './platform/secret-store.ts';
import type { InspectAside } from './requests/inspect-aside.ts';
import { readSettings } from './settings/read-settings.ts';
import { type StartedStore, startStore } from './start-store.ts';
import { keepFirstToken } from './tokens/keep-first-token.ts';
import { KeyEvents } from './verify/key-events.ts';
import { knownRow } from './verify/known-at.ts';
import { Policies } from './verify/policies.ts';
import { WithheldKeys } from './verify/withheld-keys.ts';

/** The store with all that commands on it need. */
export interface WiredStore extends StartedStore {
  readonly announcements: Announcements;
  /** Tells verifiers that keep decisions. */
  readonly keyEvents: KeyEvents;
  /** Loaded at the first call. */
  readonly backups: () => Promise<BackupService>;
  readonly disk: DiskRecovery;
  /** Refused though the disk could not keep it. */
  readonly withheld: WithheldKeys;
  /** As they are now. */
  readonly settings: () => Settings;
  /** What one call may touch; takes the time. */
  readonly contextOf: (caller: { readonly actor: Actor; readonly role: Role }) => UseCaseContext;
  /** The same for work of our own, such as automatic backups. */
  readonly system: () => UseCaseContext;
}

const SYSTEM: Actor = { kind: 'system', id: 'system', name: 'Latchkey' };

/** What a store is wired with. */
interface WireStoreOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secretStore: SecretStore;
  readonly inspectAside: InspectAside;
  /** As BackupService has it unless told. */
  readonly backupPaceMs?: number;
}

/** Opens the store of a locked directory and finishes what the last run could not: an interrupted restore, the first token.
 *  Throws StartError(4). */
export async function wireStore(options: WireStoreOptions): Promise<WiredStore> {
  const { config, directory, clock, logger, secretStore, inspectAside, backupPaceMs: paceMs } = options;
  const started = await startStore({ directory, secretStore, nowMs: clock.nowMs(), logger });
  const { store, keyring, instanceId, anchor } = started;
  const announcements = announcementsOf(logger);
  const onChange = (): void => {
    announcements.announce({ kind: 'changed', subjects: ['status'] });
  };
  const isReadOnly = (): boolean => isDiskReadOnly(directory);
  const disk = new DiskRecovery({ store, instanceId, anchor, logger, onChange, isReadOnly });
  const withheld = new WithheldKeys();
  const keyEvents = createKeyEvents(started, { clock, logger });
  const commandParts = commandPartsOf(started, { announcements, keyEvents, disk, directory, withheld });
  const contextOf: WiredStore['contextOf'] = ({ actor, role }) => {
    const nowMs = clock.nowMs();
    const command = createRunCommand(commandParts, { actor, nowMs });
    return { db: store.db, keyring, nowMs, actor, role, command };
  };
  const parts = {
    directory,
    instanceId,
    inspectAside,
    db: () => store.db,
    exchange: (swap: () => void) => {
      store.exchange(swap);
    },
    replaceHead: anchor.replace.bind(anchor),
  };
  const system = (): UseCaseContext => contextOf({ actor: SYSTEM, role: 'owner' });
  try {
    if (started.restored !== null) {
      const { completeRestore } = await import('./backups/restore-backup.ts');
      completeRestore(contextOf({ actor: started.restored.actor, role: 'owner' }), parts, started.restored);
    }
    if (config.firstAdminToken !== null) keepFirstToken(system(), config.firstAdminToken, logger);
    const settings = followSettings(started, announcements);
    return {
      ...started,
      announcements,
      keyEvents,
      backups: late(async () => {
        const { BackupService } = await import('./backups/backup-service.ts');
        return new BackupService(parts, { monotonicMs: clock.monotonicMs, paceMs });
      }),
      disk,
      withheld,
      settings,
      contextOf,
      system,
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function announcementsOf(logger: Logger): Announcements {
  return createAnnouncements((error) => {
    logger.error('A listener of announcements failed.', { error });
  });
}

function commandPartsOf(
  { store, keyring, anchor }: StartedStore,
  parts: {
    readonly announcements: Announcements;
    readonly keyEvents: KeyEvents;
    readonly disk: DiskRecovery;
    readonly directory: DataDirectory;
    readonly withheld: WithheldKeys;
  },
): RunCommandOptions {
  return {
    db: () => store.db,
    keyring,
    anchor: (head) => {
      anchor.advance(head);
    },
    announce: parts.announcements.announce,
    onCommitted: (outcome) => {
      parts.withheld.settle(outcome);
      parts.keyEvents.note(outcome);
    },
    freeBallast: () => freeBallast(parts.directory.ballast),
    onDiskError: () => {
      parts.disk.noticed();
    },
    readOnly: {
      isOn: () => parts.disk.isReadOnly,
      withhold: (wanted, nowMs) => {
        const isAny = parts.withheld.add(wanted, nowMs);
        if (isAny) parts.keyEvents.note({ ...wanted, changed: ['keys'] });
        return isAny;
      },
    },
  };
}

function createKeyEvents(
  { store }: StartedStore,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): KeyEvents {
  const policies = new Policies();
  return new KeyEvents({
    nowMs: clock.nowMs,
    epoch: randomBase62(EPOCH_CHARACTERS, randomBytes),
    isKnownAt: (keyId, serviceId) =>
      knownRow(store.db.verify.findKeyById(keyId, serviceId), policies, 'here') !== null,
    hasChildren: (keyId) => store.db.enrolment.countChildren(keyId, false, clock.nowMs()) > 0,
    onError: (error) => {
      logger.error('It could not be looked up which verifiers know a key: they forget everything.', {
        error,
      });
    },
  });
}

const EPOCH_CHARACTERS = 10;

/** The settings, read again after each change of them and after a restore. */
function followSettings({ store }: StartedStore, announcements: Announcements): () => Settings {
  let settings = readSettings(store.db);
  announcements.subscribe(({ subjects }) => {
    if (subjects.includes('settings')) settings = readSettings(store.db);
  });
  return () => settings;
}
