import { useRef, useState } from 'react';
import { REVOKE_REASONS, type KeySummary, type RevokeReason } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useApiClient } from '#renderer/api/api-context.tsx';
import { useRevokeKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { REVOKE_REASON_WORDS } from './key-words.ts';
import { RecentImpact } from './recent-impact.tsx';
import styles from './dialogs.module.css';

interface RevokeDialogProps {
  readonly subject: KeySummary;
  readonly onClose: () => void;
  /** Takes the revocation back, from the toast. */
  readonly onUndo: (key: KeySummary) => void;
}

const UNDO_SHOWN_MS = 60_000;

/** Ends a key for good: why, what stops, and a name to type when the key is in use. */
export function RevokeDialog({ subject, onClose, onUndo }: RevokeDialogProps) {
  const revoke = useRevokeKey();
  const refusedAfter = useRefusedAfter();
  const { say } = useToasts();
  const cancel = useRef<HTMLButtonElement>(null);
  const [reason, setReason] = useState<RevokeReason | ''>('');
  const [note, setNote] = useState('');
  const [typed, setTyped] = useState('');
  const [needsName] = useState(() => subject.lastUsedAt !== null && nowMs() - subject.lastUsedAt < DAY_MS);
  const obstacle =
    reason === ''
      ? 'Choose a reason first.'
      : needsName && typed.trim() !== subject.name
        ? 'Type the name of the key first.'
        : undefined;

  const submit = async () => {
    if (reason === '' || obstacle !== undefined) return;
    const startedAt = nowMs();
    const outcome = await revoke.run({
      keyId: subject.keyId,
      reason,
      note: note.trim() === '' ? null : note,
    });
    if (!outcome.ok) return;
    onClose();
    const lagMs = await refusedAfter(subject, startedAt);
    const effect =
      lagMs === null
        ? 'Look at its page: that it is refused could not be confirmed.'
        : `Refused everywhere after ${duration(lagMs)}.`;
    if (reason === 'leaked') say(`${subject.name} is revoked for good.`, { detail: effect });
    else {
      say(`${subject.name} is revoked.`, {
        detail: `${effect} It can be taken back for 10 minutes.`,
        action: { label: 'Undo', onSelect: () => onUndo(subject) },
        stayMs: UNDO_SHOWN_MS,
      });
    }
  };

  return (
    <Dialog
      isOpen
      onClose={onClose}
      initialFocus={cancel}
      title="Revoke key"
      description={
        <KeyRef
          keyId={subject.keyId}
          name={subject.name}
          environment={subject.environment}
          detail={subject.hint}
        />
      }
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            type="submit"
            form="revoke-form"
            isBusy={revoke.isRunning}
            disabledReason={obstacle}
          >
            Revoke key
          </Button>
        </>
      }
    >
      <form
        id="revoke-form"
        className="form-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <RecentImpact subject={subject} />
        <RadioGroup<RevokeReason | ''>
          label="Reason"
          value={reason}
          onChange={setReason}
          options={REVOKE_REASONS.map((value) => ({ value, label: REVOKE_REASON_WORDS[value] }))}
        />
        <p className={reason === 'leaked' ? styles.final : styles.hint}>
          {reason === 'leaked'
            ? 'A leaked key cannot be taken back: there is no undo.'
            : 'You can take it back for 10 minutes, except when the key leaked. Its history, limits and audit trail stay.'}
        </p>
        <TextArea
          label="Note"
          isOptional
          value={note}
          onChange={setNote}
          error={revoke.error?.field('note')}
          rows={2}
        />
        {needsName && (
          <TextField
            label={`Type “${subject.name}” to confirm`}
            help="The key was used in the last 24 hours."
            value={typed}
            onChange={setTyped}
          />
        )}
        <ErrorNote error={revoke.error} />
      </form>
    </Dialog>
  );
}

/** Asks the verifier itself whether the key is refused now: ms since `startedAt`, or null when it could not say so. */
function useRefusedAfter(): (key: KeySummary, startedAt: number) => Promise<number | null> {
  const client = useApiClient();
  return async (key, startedAt) => {
    const decision = await client
      .call('keys.simulate', { keyId: key.keyId, method: 'GET', path: '/' })
      .catch(() => null);
    return decision?.code === 'REVOKED' ? nowMs() - startedAt : null;
  };
}
