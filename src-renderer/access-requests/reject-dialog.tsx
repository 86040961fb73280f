import { useState } from 'react';
import type { AccessRequest } from '#contract/access-requests.ts';
import { useRejectAccess } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

interface RejectDialogProps {
  readonly requests: readonly AccessRequest[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Says no to one or many, with one reason that the applicants read. */
export function RejectDialog({ requests, onClose, onDone }: RejectDialogProps) {
  const reject = useRejectAccess();
  const { say } = useToasts();
  const [reason, setReason] = useState('');
  const [first] = requests;
  const what =
    requests.length === 1 && first !== undefined ? first.application : counted(requests.length, 'request');
  const submit = async () => {
    const outcome = await reject.run({ accessRequestIds: requests.map(({ id }) => id), reason });
    if (!outcome.ok) return;
    say(`Rejected: ${what}.`);
    onDone?.();
    onClose();
  };
  return (
    <FormDialog
      title={`Reject ${what}`}
      size="small"
      submitLabel="Reject"
      isBusy={reject.isRunning}
      disabledReason={reason.trim() === '' ? 'Say why: the applicant reads it.' : undefined}
      error={reject.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextArea
        label="Reason"
        rows={3}
        value={reason}
        onChange={setReason}
        help="Shown on the page of the request, and mailed to its contact where mail is set up. Say what to do instead."
        error={reject.error?.field('reason')}
      />
    </FormDialog>
  );
}
