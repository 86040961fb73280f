import { useState } from 'react';
import type { ContactNotice } from '#contract/access-procedures.ts';
import type { Output } from '#contract/contract.ts';
import { DeliveryDialog } from '#renderer/handoffs/delivery.tsx';
import { Told } from '#renderer/handoffs/told.tsx';
import { SealedDeliveryDialog } from '#renderer/sealed/sealed-delivery.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';

interface ApprovedDialogsProps {
  readonly made: Output<'accessRequests.approve'>;
  readonly onDone: () => void;
}

/** What an approval tells this once: link and words, or file and words; then the code for the contact. */
export function ApprovedDialogs({ made, onDone }: ApprovedDialogsProps) {
  const [isDelivered, setDelivered] = useState(false);
  const deliver = () => (made.notice === null ? onDone() : setDelivered(true));
  if (!isDelivered && made.handoff.channel === 'sealed_file') {
    return <SealedDeliveryDialog made={made} onDone={deliver} />;
  }
  if (!isDelivered || made.notice === null) return <DeliveryDialog made={made} onDone={deliver} />;
  return <NoticeDialog notice={made.notice} onDone={onDone} />;
}

interface NoticeDialogProps {
  readonly notice: ContactNotice;
  readonly onDone: () => void;
}

/** The words that bring a code to the contact: who enters it can be reached there. */
export function NoticeDialog({ notice, onDone }: NoticeDialogProps) {
  return notice.text === null ? (
    <MailedDialog to={notice.to} onDone={onDone} />
  ) : (
    <CopyNoticeDialog
      notice={{ ...notice, text: notice.text }}
      description={`Send it to ${notice.to}, and nowhere else: it proves that somebody reads there. The code is not shown again.`}
      onDone={onDone}
    />
  );
}

function MailedDialog({ to, onDone }: { readonly to: string; readonly onDone: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onDone}
      title="Sent to the contact"
      footer={
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      }
    >
      <p>
        A mail with the code is on its way to {to}: nobody else needs it. Whether it arrived stands under
        Settings, Notices.
      </p>
    </Dialog>
  );
}

interface CopyNoticeDialogProps {
  readonly notice: ContactNotice & { readonly text: string };
  readonly description: string;
  readonly onDone: () => void;
}

/** Words for the contact, to be copied into a mail by whoever can send one. */
export function CopyNoticeDialog({ notice, description, onDone }: CopyNoticeDialogProps) {
  const [isSent, setSent] = useState(false);
  return (
    <Dialog
      isOpen
      isDismissible={false}
      onClose={onDone}
      title="Message to the contact"
      description={description}
      footer={
        <Button
          variant="primary"
          onClick={onDone}
          disabledReason={isSent ? undefined : 'Copy the message first, then tick the box.'}
        >
          Done
        </Button>
      }
    >
      <Told label="Address" text={notice.to} copyLabel="Copy address" />
      <Told label="Subject" text={notice.subject} copyLabel="Copy subject" />
      <Told label="Message" text={notice.text} copyLabel="Copy message" isLong />
      <Checkbox label="I have the message" isChecked={isSent} onChange={setSent} />
    </Dialog>
  );
}
