import { useState } from 'react';
import type { Handoff, NewHandoff } from '#contract/handoffs.ts';
import { useResendHandoff } from '#renderer/api/commands.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { LIFE_OPTIONS, lifeMs, type Life } from './handoff-draft.ts';

interface ResendDialogProps {
  readonly handoff: Handoff;
  readonly onClose: () => void;
}

/** A new link with a new secret to the same recipient. */
export function ResendDialog({ handoff, onClose }: ResendDialogProps) {
  const resend = useResendHandoff();
  const [life, setLife] = useState<Life>('24h');
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [made, setMade] = useState<NewHandoff | null>(null);
  const submit = async () => {
    const outcome = await resend.run({ handoffId: handoff.id, expiresInMs: lifeMs(life), idempotencyKey });
    if (outcome.ok) setMade(outcome.data);
  };
  if (made !== null) return <DeliveryDialog made={made} onDone={onClose} />;
  return (
    <FormDialog
      title="Send again"
      size="small"
      submitLabel="Make link and code"
      isBusy={resend.isRunning}
      error={resend.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        {handoff.recipientName} gets a new link with a new secret: Latchkey cannot read what the old link
        carried.{' '}
        {handoff.revealedAt === null
          ? 'The secret that nobody received is refused from now on.'
          : 'The secret that was revealed is refused from now on.'}
      </p>
      <RadioGroup
        label="The link is good for"
        isInline
        value={life}
        options={LIFE_OPTIONS}
        onChange={setLife}
      />
    </FormDialog>
  );
}
