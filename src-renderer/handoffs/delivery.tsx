import { useState } from 'react';
import type { NewHandoff } from '#contract/handoffs.ts';
import { absoluteTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { messageTemplate } from './handoff-words.ts';
import { RepeatedDialog } from './repeated-dialog.tsx';
import { Told } from './told.tsx';

interface DeliveryDialogProps {
  readonly made: NewHandoff;
  readonly onDone: () => void;
}

/** Link and code of a new handoff, which are told this once. */
export function DeliveryDialog({ made, onDone }: DeliveryDialogProps) {
  const { choice } = useTimeZone();
  const [isSent, setSent] = useState(false);
  const { handoff, link, code } = made;
  if (link === null || code === null) {
    return (
      <RepeatedDialog onDone={onDone}>
        This handoff was made before, and its link and code were shown then. If they are lost, send it again.
      </RepeatedDialog>
    );
  }
  const message = messageTemplate({
    recipientName: handoff.recipientName,
    keyName: handoff.keyName,
    link,
    until: handoff.expiresAt === null ? 'you open it' : absoluteTime(handoff.expiresAt, choice),
  });
  return (
    <Dialog
      isOpen
      isDismissible={false}
      onClose={onDone}
      title={`Ready for ${handoff.recipientName}`}
      description="Send link and code by two different ways. Neither is shown again."
      footer={
        <Button
          variant="primary"
          onClick={onDone}
          disabledReason={isSent ? undefined : 'Copy link and code first, then tick the box.'}
        >
          Done
        </Button>
      }
    >
      <Told
        label="Link"
        text={link}
        copyLabel="Copy link"
        help="By mail or chat. It is of no use without the code."
      />
      <Told
        label="Code"
        text={code}
        copyLabel="Copy code"
        help="By another way: on the phone, by text message, in person. Five wrong codes destroy the secret."
      />
      <Told label="Message with the link" text={message} copyLabel="Copy message" isLong />
      <Checkbox label="I have both link and code" isChecked={isSent} onChange={setSent} />
    </Dialog>
  );
}
