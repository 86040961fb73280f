import { useState } from 'react';
import { rateLimit, quota } from '#contract/plans.ts';
import type { AccessRequest } from '#contract/access-requests.ts';
import type { Key } from '#contract/keys.ts';
import { useRaiseAccess } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { limitDraftOf, typedLimits } from '#renderer/limits/limit-draft.ts';
import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

interface RaiseDialogProps {
  readonly request: AccessRequest & { readonly keyId: Key['keyId'] };
  readonly onClose: () => void;
}

/** Gives the key that is there other limits. */
export function RaiseDialog({ request, onClose }: RaiseDialogProps) {
  const key = useKey({ keyId: request.keyId }).data;
  return key === undefined ? null : <RaiseForm request={request} subject={key} onClose={onClose} />;
}

function RaiseForm({ request, subject, onClose }: RaiseDialogProps & { readonly subject: Key }) {
  const raise = useRaiseAccess();
  const { say } = useToasts();
  const [draft, setDraft] = useState(() => limitDraftOf({ ...subject, rateLimits: [] }));
  const [answer, setAnswer] = useState('');
  const typed = typedLimits(draft);
  const rate = rateLimit.nullable().safeParse(typed.rateLimit);
  const share = quota.nullable().safeParse(typed.quota);
  const problem =
    draft.named.length > 0
      ? 'Limits with names are changed on the page of the key. Take them out here.'
      : rate.success && share.success
        ? undefined
        : 'Look at the limits: a number is missing or too large.';
  const submit = async () => {
    if (!rate.success || !share.success) return;
    const limits = { rateLimit: rate.data, quota: share.data };
    const outcome = await raise.run({ accessRequestId: request.id, ...limits, answer });
    if (!outcome.ok) return;
    say(`${subject.name} has other limits now.`);
    onClose();
  };
  return (
    <FormDialog
      title={`Raise limits of ${subject.name}`}
      description="Holds at the next call. Limits with names stay as they are."
      submitLabel="Raise limits"
      isBusy={raise.isRunning}
      disabledReason={problem}
      error={raise.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <LimitFields
        draft={draft}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
        errorOf={(path) => raise.error?.field(path)}
        idOf={(path) => `raise-${path}`}
        subject="this key"
      />
      <TextArea
        label="Words for the applicant"
        isOptional
        rows={2}
        value={answer}
        onChange={setAnswer}
        error={raise.error?.field('answer')}
      />
    </FormDialog>
  );
}
