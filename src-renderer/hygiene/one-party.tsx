import { useState } from 'react';
import type { SharingDismissal } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import { useDismissSharing, useReviewSharing } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './sharing.module.css';

interface OnePartyProps {
  readonly keyId: KeyId;
  readonly name: string;
}

/** Nothing has to help where those who use a key are one party: somebody says so, and why. */
export function OnePartyRemedy({ keyId, name }: OnePartyProps) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('hygiene.dismissSharing');
  return (
    <li className={styles.remedy}>
      <h3 className={styles.name}>They are one party</h3>
      <p>
        You know that one team uses it from several places. The key is shown here again when there is another
        party.
      </p>
      <span className={styles.buttons}>
        <Button disabledReason={forbidden} onClick={() => setOpen(true)}>
          This is one party…
        </Button>
      </span>
      {isOpen && <OnePartyDialog keyId={keyId} name={name} onClose={() => setOpen(false)} />}
    </li>
  );
}

function OnePartyDialog({ keyId, name, onClose }: OnePartyProps & { readonly onClose: () => void }) {
  const dismiss = useDismissSharing();
  const review = useReviewSharing();
  const { say } = useToasts();
  const [reason, setReason] = useState('');
  const submit = async () => {
    const outcome = await dismiss.run({ keyId, reason });
    if (!outcome.ok) return;
    say(`${name} counts as used by one party.`, {
      action: { label: 'Undo', onSelect: () => void review.run({ keyId }) },
    });
    onClose();
  };
  return (
    <FormDialog
      title={`Who uses ${name} is one party`}
      size="small"
      submitLabel="Say so"
      isBusy={dismiss.isRunning}
      disabledReason={reason.trim() === '' ? 'Say how you know.' : undefined}
      error={dismiss.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="How you know"
        value={reason}
        onChange={setReason}
        help="Shown on this page and kept in the audit trail."
        error={dismiss.error?.field('reason')}
      />
    </FormDialog>
  );
}

interface DismissedNoteProps {
  readonly keyId: KeyId;
  readonly dismissal: SharingDismissal;
}

/** Who called it one party, why, and whether that still holds. */
export function DismissedNote({ keyId, dismissal }: DismissedNoteProps) {
  const review = useReviewSharing();
  const forbidden = useForbidden()('hygiene.reviewSharing');
  const { by, at, reason, isOutdated } = dismissal;
  return (
    <div className={styles.remedy} role="note" aria-label="Called one party">
      <p>
        {by} called its users one party, <RelativeTime at={at} />: {reason}
      </p>
      {isOutdated ? (
        <p className={styles.apart}>Since then its users have changed.</p>
      ) : (
        <span className={styles.buttons}>
          <Button
            isBusy={review.isRunning}
            disabledReason={forbidden}
            onClick={() => void review.run({ keyId })}
          >
            Look at it again
          </Button>
        </span>
      )}
      <ErrorNote error={review.error} />
    </div>
  );
}
