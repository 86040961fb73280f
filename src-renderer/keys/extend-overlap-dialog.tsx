import { useState } from 'react';
import { OVERLAP_MS_MAX, type KeySummary } from '#contract/keys.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import { useExtendOverlap } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

interface ExtendDialogProps {
  readonly subject: KeySummary;
  readonly endsAt: TimestampMs;
  readonly onClose: () => void;
}

/** Moves the end of an overlap, within 30 days of the rotation. */
export function ExtendOverlapDialog({ subject, endsAt, onClose }: ExtendDialogProps) {
  const extend = useExtendOverlap();
  const key = useKey({ keyId: subject.keyId });
  const { say } = useToasts();
  const rotatedAt = key.data?.secrets.find((secret) => secret.state === 'current')?.createdAt ?? nowMs();
  const latestMs = rotatedAt + OVERLAP_MS_MAX;
  const [text, setText] = useState(() => toLocalInput(endsAt));
  const chosenMs = fromLocalInput(text);
  const problem =
    chosenMs === null || chosenMs <= nowMs()
      ? 'Choose a moment in the future.'
      : chosenMs > latestMs
        ? 'At most 30 days after the rotation.'
        : undefined;
  const submit = async () => {
    if (chosenMs === null || problem !== undefined) return;
    const outcome = await extend.run({ keyId: subject.keyId, endsAt: timestampMs.parse(chosenMs) });
    if (!outcome.ok) return;
    onClose();
    say(`The old secret of ${subject.name} stays valid longer.`);
  };
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onClose}
      title="Change the end of the overlap"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={extend.isRunning}
            disabledReason={problem}
            onClick={() => void submit()}
          >
            Extend overlap
          </Button>
        </>
      }
    >
      <TextField
        label="The old secret ends"
        type="datetime-local"
        help="In your local time; at most 30 days after the rotation."
        value={text}
        onChange={setText}
        min={toLocalInput(nowMs())}
        max={toLocalInput(latestMs)}
        error={problem ?? extend.error?.field('endsAt')}
      />
      <ErrorNote error={extend.error} />
    </Dialog>
  );
}
