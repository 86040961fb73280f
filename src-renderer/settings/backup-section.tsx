import { useEffect, useEffectEvent, useState } from 'react';
import type { Backup } from '#contract/backups.ts';
import type { Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import { useCreateBackup, useRestoreBackup } from '#renderer/api/commands.ts';
import { useBackups, useSettings } from '#renderer/api/queries.ts';
import { bytes, count, counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { EmptyState, ErrorNote, SkeletonLines } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

/** Backups of keys, policy, settings and audit trail: make, list, restore, schedule. */
export function BackupSection() {
  const backups = useBackups();
  const settings = useSettings();
  const create = useCreateBackup();
  const { say } = useToasts();
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const make = async () => {
    const outcome = await create.run({});
    if (outcome.ok) say(`Backup made and verified, ${bytes(outcome.data.sizeBytes)}`);
  };
  return (
    <>
      <section className={styles.block}>
        <div className={styles.blockHead}>
          <h2>Backups</h2>
          <Button
            variant="primary"
            className={styles.spacer}
            isBusy={create.isRunning}
            onClick={() => void make()}
          >
            Back up now
          </Button>
        </div>
        <p className={styles.quiet}>
          A backup holds keys, policy, settings and the audit trail, never a secret and never the master
          secret. Keep that one elsewhere: without it a backup verifies no key. The request log is not part of
          it.
        </p>
        <ErrorNote error={create.error} />
        <AsyncRegion
          query={backups}
          subject="The backups"
          isEmpty={(data) => data.items.length === 0}
          empty={<EmptyState title="No backups yet">The first one is made by itself, or now.</EmptyState>}
        >
          {(data) => <BackupTable items={data.items} folder={data.folder} onRestore={setRestoring} />}
        </AsyncRegion>
      </section>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <Schedule saved={saved} />}
      </AsyncRegion>
      {restoring !== null && <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} />}
    </>
  );
}

interface BackupTableProps {
  readonly items: readonly Backup[];
  readonly folder: string;
  readonly onRestore: (backup: Backup) => void;
}

function BackupTable({ items, folder, onRestore }: BackupTableProps) {
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Made</th>
            <th scope="col">Keys</th>
            <th scope="col">Audit events</th>
            <th scope="col">Size</th>
            <th scope="col">Check</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((backup) => (
            <tr key={backup.id}>
              <td>
                <AbsoluteTime at={backup.createdAt} />
              </td>
              <td>{count(backup.keyCount)}</td>
              <td>{count(backup.auditCount)}</td>
              <td>{bytes(backup.sizeBytes)}</td>
              <td>{backup.isVerified ? 'Verified' : 'Damaged'}</td>
              <td>
                <Button
                  disabledReason={backup.isVerified ? undefined : 'This copy does not match its manifest.'}
                  onClick={() => onRestore(backup)}
                >
                  Restore…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.quiet}>
        Folder: <span className={styles.mono}>{folder}</span>
      </p>
    </>
  );
}

function RestoreDialog({ backup, onClose }: { readonly backup: Backup; readonly onClose: () => void }) {
  const restore = useRestoreBackup();
  const trial = useRestoreBackup();
  const { say } = useToasts();
  const [figures, setFigures] = useState<Output<'backups.restore'> | null>(null);
  const askTrial = useEffectEvent(async () => {
    const outcome = await trial.run({ backupId: backup.id, dryRun: true });
    if (outcome.ok) setFigures(outcome.data);
  });
  useEffect(() => {
    void askTrial();
  }, []);
  const confirm = async () => {
    const outcome = await restore.run({ backupId: backup.id });
    if (!outcome.ok) return;
    say('Backup restored', {
      detail: `The former store is kept in ${outcome.data.movedAside ?? 'the data directory'}.`,
    });
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={restore.isRunning}
      tone="danger"
      title="Restore this backup?"
      description={
        <>
          Keys, policy, settings and audit trail go back to <RelativeTime at={backup.createdAt} />. Keys made
          since then stop working; keys revoked since then work again. The present store is moved aside, not
          deleted.
        </>
      }
      confirmLabel="Restore backup"
      disabledReason={figures === null ? 'The backup is being checked.' : undefined}
    >
      {figures === null && trial.error === null && <SkeletonLines lines={2} />}
      {figures !== null && (
        <p role="status">
          Now {counted(figures.now.keyCount, 'key')} and {counted(figures.now.auditCount, 'audit event')}; in
          the backup {counted(figures.inBackup.keyCount, 'key')} and{' '}
          {counted(figures.inBackup.auditCount, 'audit event')}.
        </p>
      )}
      <ErrorNote error={trial.error ?? restore.error} />
    </AlertDialog>
  );
}

function Schedule({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError } = form;
  return (
    <section className={styles.block}>
      <h2>Schedule</h2>
      <div className={styles.pair}>
        <NumberField
          label="Every"
          suffix="hours"
          value={values.backupEveryHours}
          min={0}
          max={720}
          onChange={(hours) => set(hours === null ? {} : { backupEveryHours: hours })}
          help="0 switches automatic backups off."
          error={fieldError('backupEveryHours')}
        />
        <NumberField
          label="Keep the newest"
          suffix="backups"
          value={values.backupKeepCount}
          min={1}
          max={365}
          onChange={(kept) => set(kept === null ? {} : { backupKeepCount: kept })}
          error={fieldError('backupKeepCount')}
        />
      </div>
      <SaveBar form={form} />
    </section>
  );
}
