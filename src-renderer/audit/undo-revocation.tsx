import { keyId } from '#contract/ids.ts';
import type { AuditEvent } from '#contract/audit.ts';
import { useRestoreKey } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { useNow } from '#renderer/format/clock.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './audit.module.css';

/** Takes the revocation of this event back, for as long as that is possible; nothing otherwise and for every other event. */
export function UndoRevocation({ event }: { readonly event: AuditEvent }) {
  const id = keyId.safeParse(event.subject.id);
  if (event.action !== 'keys.revoke' || !id.success) return null;
  return <UndoButton id={id.data} at={event.at} />;
}

function UndoButton({ id, at }: { readonly id: Parameters<typeof useKey>[0]['keyId']; readonly at: number }) {
  const revocation = useKey({ keyId: id }).data?.revocation ?? null;
  const restore = useRestoreKey();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const now = useNow(1_000);
  // The key may have been restored and revoked again since.
  if (revocation === null || revocation.at !== at) return null;
  if (revocation.restorableUntil === null || revocation.restorableUntil <= now) return null;
  const submit = async () => {
    const outcome = await restore.run({ keyId: id });
    if (outcome.ok) say(`${outcome.data.name} works again.`);
  };
  return (
    <div className={styles.stack}>
      <p className={styles.meta}>
        Can be taken back until <RelativeTime at={revocation.restorableUntil} />.
      </p>
      <div>
        <Button
          isBusy={restore.isRunning}
          disabledReason={forbidden('keys.restore')}
          onClick={() => void submit()}
        >
          Undo revocation
        </Button>
      </div>
      <ErrorNote error={restore.error} />
    </div>
  );
}
