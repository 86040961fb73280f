import { useState } from 'react';
import type { ApplicationId, TemplateId } from '#contract/ids.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { Template } from '#contract/templates.ts';
import { useBlindIssue } from '#renderer/api/commands.ts';
import { useApplications, useHandoffChannels, useTemplates } from '#renderer/api/queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { draftFields, draftProblem, startDraft } from './handoff-draft.ts';
import { HandoffFields } from './handoff-fields.tsx';

const ENVIRONMENTS = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
] as const;

/** A new key of a template whose secret goes straight to the recipient: nobody here sees it. */
export function IssueUnseenDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<NewHandoff | null>(null);
  return made === null ? (
    <IssueForm onClose={onClose} onMade={setMade} />
  ) : (
    <DeliveryDialog made={made} onDone={onClose} />
  );
}

interface IssueFormProps {
  readonly onClose: () => void;
  readonly onMade: (made: NewHandoff) => void;
}

function IssueForm({ onClose, onMade }: IssueFormProps) {
  const issue = useBlindIssue();
  const templates = useTemplates().data?.items ?? [];
  const applications = useApplications().data?.items ?? [];
  const blocked = useHandoffChannels().data?.link.blocked ?? null;
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [templateId, setTemplateId] = useState<TemplateId | null>(null);
  const [applicationId, setApplicationId] = useState<ApplicationId | null>(null);
  const [name, setName] = useState('');
  const [environment, setEnvironment] = useState<Environment>('live');
  const [draft, setDraft] = useState(() => startDraft(''));
  const template = templates.find(({ id }) => id === templateId);
  const choose = (id: string | null) => {
    const chosen = applications.find((application) => application.id === id);
    setApplicationId(chosen?.id ?? null);
    if (chosen !== undefined && draft.recipientContact === '') {
      setDraft({ ...draft, recipientContact: chosen.contactEmail });
    }
  };
  const problem = blocked ?? missing(templateId, applicationId, name) ?? draftProblem(draft);
  const submit = async () => {
    if (templateId === null || applicationId === null) return;
    const outcome = await issue.run({
      templateId,
      applicationId,
      name,
      ...(template?.environment === null ? { environment } : {}),
      ...draftFields(draft),
      idempotencyKey,
    });
    if (outcome.ok) onMade(outcome.data);
  };
  return (
    <FormDialog
      title="Issue a key unseen"
      description="The secret goes straight into a one-time link. Nobody here sees it."
      submitLabel="Issue key"
      isBusy={issue.isRunning}
      disabledReason={problem}
      error={issue.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Combobox
        label="Template"
        value={templateId}
        options={templates.map(templateOption)}
        onChange={(id) => setTemplateId(templates.find((one) => one.id === id)?.id ?? null)}
        help={template?.description}
        error={blocked ?? undefined}
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
      <TextField label="Name of the key" value={name} onChange={setName} error={issue.error?.field('name')} />
      {template?.environment === null && (
        <RadioGroup
          label="Environment"
          isInline
          value={environment}
          options={ENVIRONMENTS}
          onChange={setEnvironment}
        />
      )}
      <HandoffFields draft={draft} onChange={setDraft} error={issue.error} way="link" />
    </FormDialog>
  );
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
