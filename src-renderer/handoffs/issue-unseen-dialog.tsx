import { useState } from 'react';
import type { ApplicationId, TemplateId } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import { useApplications, useTemplates } from '#renderer/api/queries.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { IssuedDialog, IssueFields } from './issue-fields.tsx';
import { useIssueForm, type Issued } from './use-issue-form.ts';

/** A new key of a template whose secret goes straight to the recipient: nobody here sees it. */
export function IssueUnseenDialog({ onClose }: { readonly onClose: () => void }) {
  const [issued, setIssued] = useState<Issued | null>(null);
  return issued === null ? (
    <IssueForm onClose={onClose} onIssued={setIssued} />
  ) : (
    <IssuedDialog issued={issued} onDone={onClose} />
  );
}

interface IssueFormProps {
  readonly onClose: () => void;
  readonly onIssued: (issued: Issued) => void;
}

function IssueForm({ onClose, onIssued }: IssueFormProps) {
  const templates = useTemplates().data?.items ?? [];
  const applications = useApplications().data?.items ?? [];
  const [templateId, setTemplateId] = useState<TemplateId | null>(null);
  const [applicationId, setApplicationId] = useState<ApplicationId | null>(null);
  const template = templates.find(({ id }) => id === templateId) ?? null;
  const application = applications.find(({ id }) => id === applicationId) ?? null;
  const form = useIssueForm({ template, application });
  const submit = async () => {
    const issued = await form.submit();
    if (issued !== null) onIssued(issued);
  };
  return (
    <FormDialog
      title="Issue a key unseen"
      description="The secret goes straight into a one-time link or a locked file. Nobody here sees it."
      submitLabel="Issue key"
      isBusy={form.isRunning}
      disabledReason={form.problem}
      error={form.error}
      onSubmit={() => void submit()}
      onClose={() => {
        // The file would be lost: it is given once.
        if (!form.isSealing) onClose();
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
        onChange={(id) => setApplicationId(applications.find((one) => one.id === id)?.id ?? null)}
      />
      <IssueFields form={form} onLeave={onClose} />
    </FormDialog>
  );
}

function templateOption({ id, name, environment }: Template) {
  return { value: id, label: name, ...(environment === null ? {} : { detail: environment }) };
}
