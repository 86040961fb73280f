import { useState } from 'react';
import type { Handoff } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
import { useWithdrawAndRotate } from '#renderer/api/commands.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { RevealDialog } from '#renderer/keys/reveal-dialog.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { givenReason, ReasonField } from './reason-field.tsx';

interface WithdrawAndRotateDialogProps {
  readonly handoff: Handoff;
  readonly onClose: () => void;
}

/** Takes handoff and secret back at once and gives the key a new secret. Ends with showing that once. */
export function WithdrawAndRotateDialog({ handoff, onClose }: WithdrawAndRotateDialogProps) {
  const rotate = useWithdrawAndRotate();
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [revealed, setRevealed] = useState<{ readonly key: Key; readonly secret: string } | null>(null);
  const submit = async () => {
    const outcome = await rotate.run({ handoffId: handoff.id, idempotencyKey, ...givenReason(reason) });
    if (!outcome.ok) return;
    const { key, secret } = outcome.data;
    // Shown by an earlier try that this one repeated.
    if (secret === null) onClose();
    else setRevealed({ key, secret });
  };
  if (revealed !== null) {
    return (
      <RevealDialog subject={revealed.key} secret={revealed.secret} occasion="rotated" onDone={onClose} />
    );
  }
  return (
    <FormDialog
      title="Withdraw and rotate"
      size="small"
      submitLabel="Withdraw and rotate"
      isBusy={rotate.isRunning}
      error={rotate.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        Secret {handoff.secretVersion} of {handoff.keyName} is refused from now on, wherever it is, and the
        key gets a new one, which is shown to you once. Whoever uses it already is cut off.
      </p>
      <ReasonField value={reason} onChange={setReason} error={rotate.error?.field('reason')} />
    </FormDialog>
  );
}
