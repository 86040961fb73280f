import { useRef, useState } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import { useSuspendKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { RecentImpact, useRecentImpact } from './recent-impact.tsx';
import { enforcedText, useEnforcement } from './use-enforcement.ts';

interface SuspendDialogProps {
  readonly subject: KeySummary;
  readonly onClose: () => void;
  /** Takes the suspension back, from the toast. */
  readonly onUndo: (key: KeySummary) => void;
  /** What stands in the fields at first. */
  readonly startReason?: string;
  readonly startMessage?: string;
}

/** It can be resumed at any time, from the key as well. */
const UNDO_SHOWN_MS = 60_000;
const USUAL_REASON = 'Suspended for a check';

/** Stops a key for a while. Nothing needs typing; the words go to the audit trail and, if wanted, to the caller. */
export function SuspendDialog(props: SuspendDialogProps) {
  const { subject, onClose, onUndo, startReason = USUAL_REASON, startMessage = '' } = props;
  const suspend = useSuspendKey();
  const enforcedAfter = useEnforcement();
  const impact = useRecentImpact(subject);
  const cancel = useRef<HTMLButtonElement>(null);
  const { say } = useToasts();
  const [reason, setReason] = useState(startReason);
  const [message, setMessage] = useState(startMessage);

  const submit = async () => {
    const clickedAtMs = nowMs();
    const outcome = await suspend.run({
      keyId: subject.keyId,
      reason: reason.trim() === '' ? USUAL_REASON : reason,
      message: message.trim() === '' ? null : message,
    });
    if (!outcome.ok) return;
    const enforced = await enforcedAfter(subject.keyId, { clickedAtMs, answeredAtMs: nowMs() });
    onClose();
    say(`${subject.name} is suspended.`, {
      detail: enforcedText('the key', enforced),
      ...(enforced === null ? { tone: 'failure' as const } : {}),
      action: { label: 'Undo', onSelect: () => onUndo(subject) },
      stayMs: UNDO_SHOWN_MS,
    });
  };

  return (
    <Dialog
      isOpen
      size="small"
      initialFocus={cancel}
      onClose={onClose}
      title={`Suspend ${subject.name}?`}
      description="Every request with this key is refused from now on, until you resume it. Nothing is lost."
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="suspend-form" isBusy={suspend.isRunning}>
            Suspend key
          </Button>
        </>
      }
    >
      <form
        id="suspend-form"
        className="form-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <RecentImpact subject={subject} impact={impact} />
        <TextField
          label="Reason"
          help="Kept in the audit trail."
          value={reason}
          onChange={setReason}
          error={suspend.error?.field('reason')}
        />
        <TextField
          label="Message to the caller"
          isOptional
          help="Part of every refusal while the key is suspended."
          value={message}
          onChange={setMessage}
          error={suspend.error?.field('message')}
        />
        <ErrorNote error={suspend.error} />
      </form>
    </Dialog>
  );
}
