import { useState } from 'react';
import type { Backup } from '#contract/backups.ts';
import type { Settings } from '#contract/settings.ts';
import { useCreateBackup, useRestoreBackup } from '#renderer/api/commands.ts';
import { useBackups, useSettings } from '#renderer/api/queries.ts';
import { bytes, count } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { RestoreDialog, type Restoring } from './restore-dialog.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

/** Backups of keys, policy, settings and audit trail: make, list, restore, schedule. */
export function BackupSection() {
  const backups = useBackups();
  const settings = useSettings();
  const create = useCreateBackup();
  const { say } = useToasts();
  const [restoring, setRestoring] = useState<Restoring | null>(null);
  const trial = useRestoreBackup();
  const tryRestore = async (backup: Backup) => {
    const outcome = await trial.run({ backupId: backup.id, dryRun: true });
    if (outcome.ok) setRestoring({ backup, figures: outcome.data });
  };
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
        <ErrorNote error={create.error ?? trial.error} />
        <AsyncRegion
          query={backups}
          subject="The backups"
          isEmpty={(data) => data.items.length === 0}
          empty={<EmptyState title="No backups yet">The first one is made by itself, or now.</EmptyState>}
        >
          {(data) => (
            <BackupTable
              items={data.items}
              folder={data.folder}
              onRestore={(backup) => void tryRestore(backup)}
            />
          )}
        </AsyncRegion>
      </section>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <Schedule saved={saved} />}
      </AsyncRegion>
      {restoring !== null && <RestoreDialog {...restoring} onClose={() => setRestoring(null)} />}
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
      <PlainTable
        rows={items}
        rowKey={(backup) => backup.id}
        columns={[
          { header: 'Made', cell: (backup) => <AbsoluteTime at={backup.createdAt} /> },
          { header: 'Keys', align: 'end', cell: (backup) => count(backup.keyCount) },
          { header: 'Audit events', align: 'end', cell: (backup) => count(backup.auditCount) },
          { header: 'Size', align: 'end', cell: (backup) => bytes(backup.sizeBytes) },
          { header: 'Check', cell: (backup) => (backup.isVerified ? 'Verified' : 'Damaged') },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: (backup) => (
              <Button
                disabledReason={backup.isVerified ? undefined : 'This copy does not match its manifest.'}
                onClick={() => onRestore(backup)}
              >
                Restore…
              </Button>
            ),
          },
        ]}
      />
      <p className={styles.below}>
        Folder: <span className={styles.mono}>{folder}</span>
      </p>
    </>
  );
}

function Schedule({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError, mark } = form;
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
          error={fieldError('backupEveryHours')}
          {...mark('backupEveryHours', '0 switches automatic backups off.')}
        />
        <NumberField
          label="Keep the newest"
          suffix="backups"
          value={values.backupKeepCount}
          min={1}
          max={365}
          onChange={(kept) => set(kept === null ? {} : { backupKeepCount: kept })}
          error={fieldError('backupKeepCount')}
          {...mark('backupKeepCount')}
        />
      </div>
      <SaveBar form={form} />
    </section>
  );
}
