import { useState } from 'react';
import type { Handoff } from '#contract/handoffs.ts';
import { useWithdrawHandoff } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { givenReason, ReasonField } from './reason-field.tsx';

interface WithdrawDialogProps {
  readonly handoff: Handoff;
  readonly onClose: () => void;
}

/** Destroys what a link carries. The secret itself stays good. */
export function WithdrawDialog({ handoff, onClose }: WithdrawDialogProps) {
  const withdraw = useWithdrawHandoff();
  const { say } = useToasts();
  const [reason, setReason] = useState('');
  const submit = async () => {
    const outcome = await withdraw.run({ handoffId: handoff.id, ...givenReason(reason) });
    if (!outcome.ok) return;
    say(`The link for ${handoff.recipientName} leads nowhere any more.`);
    onClose();
  };
  return (
    <FormDialog
      title="Withdraw handoff"
      size="small"
      submitLabel="Withdraw handoff"
      isBusy={withdraw.isRunning}
      error={withdraw.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        Nobody can reveal the secret by this link any more. {handoff.keyName} itself goes on as it is. If
        somebody has seen the secret, withdraw and rotate instead.
      </p>
      <ReasonField value={reason} onChange={setReason} error={withdraw.error?.field('reason')} />
    </FormDialog>
  );
}
