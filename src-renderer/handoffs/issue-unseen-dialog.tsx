import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import type { ApplicationId, TemplateId } from '#contract/ids.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { SealedHandoff } from '#contract/sealed.ts';
import type { Template } from '#contract/templates.ts';
import { useBlindIssue, useIssueSealed } from '#renderer/api/commands.ts';
import { useApplications, useTemplates } from '#renderer/api/queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { SealedDeliveryDialog } from '#renderer/sealed/sealed-delivery.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { draftFields, draftProblem, startDraft } from './handoff-draft.ts';
import { HandoffFields } from './handoff-fields.tsx';
import { sealOf, type HandoffWay } from './handoff-way.ts';
import { useWayState, WayFields } from './way-fields.tsx';

const ENVIRONMENTS = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
] as const;

/** A new key of a template whose secret goes straight to the recipient: nobody here sees it. */
export function IssueUnseenDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<NewHandoff | null>(null);
  const [sealed, setSealed] = useState<SealedHandoff | null>(null);
  if (sealed !== null) return <SealedDeliveryDialog made={sealed} onDone={onClose} />;
  if (made !== null) return <DeliveryDialog made={made} onDone={onClose} />;
  return <IssueForm onClose={onClose} onMade={setMade} onSealed={setSealed} />;
}

interface IssueFormProps {
  readonly onClose: () => void;
  readonly onMade: (made: NewHandoff) => void;
  readonly onSealed: (made: SealedHandoff) => void;
}

function IssueForm({ onClose, onMade, onSealed }: IssueFormProps) {
  const issue = useIssue({ onMade, onSealed });
  const templates = useTemplates().data?.items ?? [];
  const applications = useApplications().data?.items ?? [];
  const [templateId, setTemplateId] = useState<TemplateId | null>(null);
  const [applicationId, setApplicationId] = useState<ApplicationId | null>(null);
  const [name, setName] = useState('');
  const [environment, setEnvironment] = useState<Environment>('live');
  const [draft, setDraft] = useState(() => startDraft(''));
  const [way, setWay] = useState<HandoffWay>('link');
  const application = applications.find(({ id }) => id === applicationId);
  const state = useWayState(way, application?.partnerId ?? null);
  const { error } = issue;
  const template = templates.find(({ id }) => id === templateId);
  const choose = (id: string | null) => {
    const chosen = applications.find((one) => one.id === id);
    setApplicationId(chosen?.id ?? null);
    if (chosen !== undefined && draft.recipientContact === '') {
      setDraft({ ...draft, recipientContact: chosen.contactEmail });
    }
  };
  const problem = state.problem ?? missing(templateId, applicationId, name) ?? draftProblem(draft);
  const submit = async () => {
    if (templateId === null || applicationId === null) return;
    const own = template?.environment === null ? { environment } : {};
    await issue.run(way, { templateId, applicationId, name, ...own, ...draftFields(draft) });
  };
  return (
    <FormDialog
      title="Issue a key unseen"
      description="The secret goes straight into a one-time link or a locked file. Nobody here sees it."
      submitLabel="Issue key"
      isBusy={issue.isRunning}
      disabledReason={problem}
      error={error}
      onSubmit={() => void submit()}
      onClose={() => {
        // The file would be lost: it is given once.
        if (!issue.isSealing) onClose();
      }}
    >
      <Combobox
        label="Template"
        value={templateId}
        options={templates.map(templateOption)}
        onChange={(id) => setTemplateId(templates.find((one) => one.id === id)?.id ?? null)}
        help={template?.description}
      />
      <Combobox
        label="Application"
        value={applicationId}
        options={applications.map(({ id, name: label, partnerName }) => ({
          value: id,
          label,
          detail: partnerName,
        }))}
        onChange={choose}
      />
      <TextField label="Name of the key" value={name} onChange={setName} error={error?.field('name')} />
      {template?.environment === null && (
        <RadioGroup
          label="Environment"
          isInline
          value={environment}
          options={ENVIRONMENTS}
          onChange={setEnvironment}
        />
      )}
      <WayFields
        way={way}
        onChange={setWay}
        state={state}
        hasSecret={false}
        isSealing={issue.isSealing}
        onLeave={onClose}
      />
      <HandoffFields draft={draft} onChange={setDraft} error={error} way={way} />
    </FormDialog>
  );
}

/** Issues into a link or into a file; tried again it makes nothing twice. */
function useIssue({ onMade, onSealed }: Pick<IssueFormProps, 'onMade' | 'onSealed'>) {
  const issue = useBlindIssue();
  const issueSealed = useIssueSealed();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const run = async (way: HandoffWay, fields: Omit<CallInput<'handoffs.blindIssue'>, 'idempotencyKey'>) => {
    const input = { ...fields, idempotencyKey };
    const seal = sealOf(way);
    if (seal === null) {
      const outcome = await issue.run(input);
      if (outcome.ok) onMade(outcome.data);
      return;
    }
    const outcome = await issueSealed.run({ ...input, seal });
    if (outcome.ok) onSealed(outcome.data);
  };
  return {
    run,
    isRunning: issue.isRunning || issueSealed.isRunning,
    isSealing: issueSealed.isRunning,
    error: issue.error ?? issueSealed.error,
  };
}

function templateOption({ id, name, environment }: Template) {
  return { value: id, label: name, ...(environment === null ? {} : { detail: environment }) };
}

function missing(
  templateId: TemplateId | null,
  applicationId: ApplicationId | null,
  name: string,
): string | undefined {
  if (templateId === null) return 'Choose a template.';
  if (applicationId === null) return 'Choose an application.';
  return name.trim() === '' ? 'Give the key a name.' : undefined;
}
