import { useState } from 'react';
import { reasonText } from '#contract/names.ts';
import type { Leak } from '#contract/leaks.ts';
import { useCloseLeak } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { Step } from './step.tsx';
import styles from './leaks.module.css';

/** Ends the incident when nothing more is to be done. */
export function CloseStep({ leak }: { readonly leak: Leak }) {
  const forbidden = useForbidden()('leaks.close');
  const [isOpen, setOpen] = useState(false);
  const { closedAt, closedBy, containedBy } = leak;
  return (
    <Step title="Close" done={closedAt === null ? null : 'Closed'}>
      {closedAt === null ? (
        <div className={styles.buttons}>
          <Button
            disabledReason={forbidden ?? (containedBy === null ? 'What was found still works.' : undefined)}
            onClick={() => setOpen(true)}
          >
            Close incident…
          </Button>
        </div>
      ) : (
        <p>
          <AbsoluteTime at={closedAt} /> by {closedBy}: {leak.closedNote}
        </p>
      )}
      {isOpen && <CloseDialog leak={leak} onClose={() => setOpen(false)} />}
    </Step>
  );
}

function CloseDialog({ leak, onClose }: { readonly leak: Leak; readonly onClose: () => void }) {
  const close = useCloseLeak();
  const [note, setNote] = useState('');
  const submit = async () => {
    const outcome = await close.run({ leakId: leak.id, note });
    if (outcome.ok) onClose();
  };
  return (
    <FormDialog
      title={`Close the incident of ${leak.keyName}`}
      submitLabel="Close incident"
      isBusy={close.isRunning}
      disabledReason={reasonText.safeParse(note).success ? undefined : 'Say how it ended.'}
      error={close.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="How it ended"
        value={note}
        onChange={setNote}
        help="For the report: what leaked it, what was changed."
        error={close.error?.field('note')}
      />
    </FormDialog>
  );
}
