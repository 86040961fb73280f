import type { KeySummary } from '#contract/keys.ts';
import type { Caller } from '#contract/usage.ts';
import { useEndOverlap, useUndoRotation } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CallerList } from './caller-list.tsx';
import { enforcedText, useEnforcement } from './use-enforcement.ts';

interface EndDialogProps {
  readonly subject: KeySummary;
  /** Who will be refused. */
  readonly callers: readonly Caller[];
  readonly onClose: () => void;
}

/** Asks before the old secret ends; tells how fast it was refused. */
export function EndOverlapDialog({ subject, callers, onClose }: EndDialogProps) {
  const end = useEndOverlap();
  const enforcedAfter = useEnforcement();
  const { say } = useToasts();
  const submit = async () => {
    const clickedAtMs = nowMs();
    const outcome = await end.run({ keyId: subject.keyId });
    if (!outcome.ok) return;
    const enforced = await enforcedAfter(subject.keyId, { clickedAtMs, answeredAtMs: nowMs() });
    onClose();
    say(`The old secret of ${subject.name} has ended.`, {
      detail: enforcedText('the old secret', enforced),
      ...(enforced === null ? { tone: 'failure' as const } : {}),
    });
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void submit()}
      title="End the old secret now?"
      description={
        callers.length === 0
          ? 'Nobody uses it at the moment. It cannot be brought back.'
          : `${counted(callers.length, 'caller')} still ${callers.length === 1 ? 'uses' : 'use'} it and will be refused at the very next request. It cannot be brought back.`
      }
      confirmLabel="End old secret"
      tone="danger"
      isBusy={end.isRunning}
    >
      {callers.length > 0 && <CallerList callers={callers} label="Callers that will be refused" />}
      <ErrorNote error={end.error} />
    </AlertDialog>
  );
}

/** Asks before a rotation is taken back: the old secret goes on, and whoever has moved to the new one is refused. */
export function UndoRotationDialog({ subject, callers, onClose }: EndDialogProps) {
  const undo = useUndoRotation();
  const enforcedAfter = useEnforcement();
  const { say } = useToasts();
  const submit = async () => {
    const clickedAtMs = nowMs();
    const outcome = await undo.run({ keyId: subject.keyId });
    if (!outcome.ok) return;
    const enforced = await enforcedAfter(subject.keyId, { clickedAtMs, answeredAtMs: nowMs() });
    onClose();
    say(`The rotation of ${subject.name} is undone: the former secret is current again.`, {
      detail: enforcedText('the new secret', enforced),
      ...(enforced === null ? { tone: 'failure' as const } : {}),
    });
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void submit()}
      title="Undo the rotation?"
      description={
        callers.length === 0
          ? 'The former secret becomes the current one again, without an end. The new secret is refused from now on; nobody has used it.'
          : `The former secret becomes the current one again, without an end. The new secret is refused from now on: ${counted(callers.length, 'caller')} ${callers.length === 1 ? 'has' : 'have'} used it.`
      }
      confirmLabel="Undo rotation"
      tone="danger"
      isBusy={undo.isRunning}
    >
      {callers.length > 0 && <CallerList callers={callers} label="Callers that will be refused" />}
      <ErrorNote error={undo.error} />
    </AlertDialog>
  );
}
