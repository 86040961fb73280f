import type { Backup } from '#contract/backups.ts';
import type { Output } from '#contract/contract.ts';
import { useRestoreBackup } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** A backup about to be restored, with what a dry run said. */
export interface Restoring {
  readonly backup: Backup;
  readonly figures: Output<'backups.restore'>;
}

/** The last question before a backup replaces the store. Mounted only while open. */
export function RestoreDialog({ backup, figures, onClose }: Restoring & { readonly onClose: () => void }) {
  const restore = useRestoreBackup();
  const { say } = useToasts();
  const confirm = async () => {
    const outcome = await restore.run({ backupId: backup.id });
    if (!outcome.ok) return;
    const kept = outcome.data.movedAside ?? 'the data directory';
    say('Backup restored', { detail: `The former store is kept in ${kept}.` });
    onClose();
  };
  const { now, inBackup } = figures;
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
          since then stop working; keys revoked since then stay revoked. The present store is moved aside, not
          deleted.
        </>
      }
      confirmLabel="Restore backup"
    >
      <p>
        Now {counted(now.keyCount, 'key')} and {counted(now.auditCount, 'audit event')}; in the backup{' '}
        {counted(inBackup.keyCount, 'key')} and {counted(inBackup.auditCount, 'audit event')}.
      </p>
      <ErrorNote error={restore.error} />
    </AlertDialog>
  );
}
