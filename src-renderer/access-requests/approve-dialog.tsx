import { useState } from 'react';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { Output } from '#contract/contract.ts';
import { useApproveAccess } from '#renderer/api/commands.ts';
import { useAccessSettings } from '#renderer/api/access-queries.ts';
import { useHandoffChannels } from '#renderer/api/handoff-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { draftFields, draftProblem, startDraft } from '#renderer/handoffs/handoff-draft.ts';
import { HandoffFields } from '#renderer/handoffs/handoff-fields.tsx';
import { waysFor, type HandoffWay } from '#renderer/handoffs/handoff-way.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import styles from './access.module.css';
import { ApproveKeyFields } from './approve-key-fields.tsx';
import { ApproveOwnerFields } from './approve-owner-fields.tsx';
import { approvalFields, approvalProblem, startApproval, type ApproveDraft } from './approve-draft.ts';
import { ApprovedDialogs } from './approved-dialogs.tsx';

interface ApproveDialogProps {
  readonly request: AccessRequestDetail;
  readonly onClose: () => void;
}

/** Approves a request: whose key it is, what it may, and how it is delivered. Ends with what is told this once. */
export function ApproveDialog({ request, onClose }: ApproveDialogProps) {
  const [made, setMade] = useState<Output<'accessRequests.approve'> | null>(null);
  return made === null ? (
    <ApproveForm request={request} onClose={onClose} onMade={setMade} />
  ) : (
    <ApprovedDialogs made={made} onDone={onClose} />
  );
}

interface ApproveFormProps extends ApproveDialogProps {
  readonly onMade: (made: Output<'accessRequests.approve'>) => void;
}

function ApproveForm({ request, onClose, onMade }: ApproveFormProps) {
  const approve = useApproveAccess();
  const settings = useAccessSettings().data;
  const blocked = useHandoffChannels().data?.link.blocked ?? null;
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [draft, setDraft] = useState<ApproveDraft>(() => startApproval(request));
  const [chosenWay, setWay] = useState<HandoffWay | null>(null);
  const [handoff, setHandoff] = useState(() => ({
    ...startDraft(request.contactEmail),
    recipientName: request.team,
  }));
  const way = chosenWay ?? (blocked === null ? 'link' : 'page');
  const set = (part: Partial<ApproveDraft>) => setDraft((before) => ({ ...before, ...part }));
  const isWaiting =
    request.contactConfirmedAt === null && (settings?.confirms === 'always' || draft.environment === 'live');
  const problem =
    (way === 'link' ? blocked : null) ??
    approvalProblem(request, draft) ??
    draftProblem(handoff) ??
    (settings === undefined ? 'The settings are being read.' : undefined);
  const submit = async () => {
    if (settings === undefined || way === 'clipboard') return;
    const outcome = await approve.run({
      ...approvalFields(request, draft, { trial: settings.trial, nowMs: nowMs() }),
      delivery: way === 'link' ? { kind: 'link' } : { kind: 'sealed', seal: way },
      ...draftFields(handoff),
      idempotencyKey,
    });
    if (outcome.ok) onMade(outcome.data);
  };
  return (
    <FormDialog
      title={`Approve ${request.application}`}
      description={
        isWaiting
          ? 'The key goes straight to its recipient: nobody here sees it. It works when its contact is confirmed.'
          : 'The key goes straight to its recipient: nobody here sees it.'
      }
      size="large"
      submitLabel="Approve request"
      isBusy={approve.isRunning}
      disabledReason={problem}
      error={approve.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ApproveOwnerFields request={request} draft={draft} onChange={set} error={approve.error} />
      <ApproveKeyFields
        request={request}
        draft={draft}
        onChange={set}
        settings={settings}
        error={approve.error}
      />
      <div className={styles.group}>
        <RadioGroup
          label="How it gets there"
          value={way}
          options={waysFor(false)}
          onChange={setWay}
          help={way === 'link' && blocked !== null ? blocked : undefined}
        />
        <HandoffFields draft={handoff} onChange={setHandoff} error={approve.error} way={way} />
        <TextArea
          label="Words for the applicant"
          isOptional
          rows={2}
          value={draft.answer}
          onChange={(answer) => set({ answer })}
          help="On the page of the request."
          error={approve.error?.field('answer')}
        />
      </div>
    </FormDialog>
  );
}
