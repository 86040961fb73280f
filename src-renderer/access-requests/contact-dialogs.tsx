import { useState } from 'react';
import type { ContactNotice } from '#contract/access-procedures.ts';
import type { AccessRequest } from '#contract/access-requests.ts';
import { useConfirmContact, useMakeContactCode } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { NoticeDialog } from './approved-dialogs.tsx';

interface ContactDialogProps {
  readonly request: AccessRequest;
  readonly onClose: () => void;
}

/** Makes a new code for the contact and gives the words to send it by. */
export function ContactCodeDialog({ request, onClose }: ContactDialogProps) {
  const make = useMakeContactCode();
  const [notice, setNotice] = useState<ContactNotice | null>(null);
  if (notice !== null) return <NoticeDialog notice={notice} onDone={onClose} />;
  const submit = async () => {
    const outcome = await make.run({ accessRequestId: request.id });
    if (outcome.ok && outcome.data.notice !== null) setNotice(outcome.data.notice);
  };
  return (
    <FormDialog
      title="New code for the contact"
      size="small"
      submitLabel="Make code"
      isBusy={make.isRunning}
      error={make.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        {request.contactEmail} gets nine digits to enter on the page of the request. A code that was made
        before is worth nothing then.
      </p>
    </FormDialog>
  );
}

/** Somebody of ours has reached the contact in another way. */
export function ConfirmContactDialog({ request, onClose }: ContactDialogProps) {
  const confirm = useConfirmContact();
  const { say } = useToasts();
  const [reason, setReason] = useState('');
  const submit = async () => {
    const outcome = await confirm.run({ accessRequestId: request.id, reason });
    if (!outcome.ok) return;
    say(`${request.contactEmail} is confirmed.`);
    onClose();
  };
  return (
    <FormDialog
      title="Confirm contact"
      size="small"
      submitLabel="Confirm contact"
      isBusy={confirm.isRunning}
      disabledReason={reason.trim() === '' ? 'Say how you reached them.' : undefined}
      error={confirm.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>The key of this request works from then on.</p>
      <TextField
        label="How you reached them"
        value={reason}
        onChange={setReason}
        help="Kept in the audit trail."
        error={confirm.error?.field('reason')}
      />
    </FormDialog>
  );
}
