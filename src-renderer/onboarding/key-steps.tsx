import { Link } from '@tanstack/react-router';
import type { TemplateId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import type { Application, Partner } from '#contract/partners.ts';
import type { Template } from '#contract/templates.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { IssueFields } from '#renderer/handoffs/issue-fields.tsx';
import { useIssueForm, type Issued } from '#renderer/handoffs/use-issue-form.ts';
import { TemplatePreview } from '#renderer/templates/template-preview.tsx';
import { grantWords, lifeWords } from '#renderer/templates/template-words.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import styles from './onboarding.module.css';
import { StepForm } from './step-form.tsx';

interface TemplateStepProps {
  readonly partner: Partner;
  readonly application: Application;
  readonly template: Template | null;
  readonly templates: readonly Template[];
  readonly onChange: (id: TemplateId | undefined) => void;
  /** It is chosen. */
  readonly onDone: () => void;
}

/** What the key will be allowed, how much and how long: a template, shown before anything is made of it. */
export function TemplateStep(props: TemplateStepProps) {
  const { partner, application, template, templates, onChange, onDone } = props;
  return (
    <StepForm
      submitLabel="Use this template"
      isBusy={false}
      disabledReason={template === null ? 'Choose a template.' : undefined}
      error={null}
      onSubmit={() => {
        if (template !== null) onDone();
      }}
      beside={
        <Link to="/keys/new" search={{ partner: partner.id, application: application.id }}>
          None fits: choose everything by hand
        </Link>
      }
    >
      <Combobox
        label="Template"
        placeholder="Find a template"
        value={template?.id ?? null}
        options={templates.map((one) => ({
          value: one.id,
          label: one.name,
          detail: `${grantWords(one)}, ${lifeWords(one)}`,
        }))}
        onChange={(id) => onChange(templates.find((one) => one.id === id)?.id)}
        help={template?.description}
      />
      {template !== null && <TemplatePreview template={template} />}
    </StepForm>
  );
}

interface IssueStepProps {
  readonly partner: Partner;
  readonly application: Application;
  readonly template: Template;
  /** What is told this once. The step goes away with the key's arrival, so it is not shown here. */
  readonly onIssued: (issued: Issued) => void;
}

/** Makes the key and its handoff in one go; nobody here sees the secret. */
export function IssueStep({ partner, application, template, onIssued }: IssueStepProps) {
  const form = useIssueForm({
    template,
    application,
    keyName: application.name,
    recipientName: partner.contactName ?? '',
    avoidsBlockedLink: true,
  });
  const forbidden = useForbidden()('handoffs.blindIssue');
  const submit = async () => {
    if (form.problem !== undefined || forbidden !== undefined) return;
    const issued = await form.submit();
    if (issued !== null) onIssued(issued);
  };
  return (
    <StepForm
      submitLabel="Prepare handoff"
      isBusy={form.isRunning}
      disabledReason={forbidden ?? form.problem}
      error={form.error}
      onSubmit={() => void submit()}
      beside={
        <span className={styles.quiet}>
          The key is made of {template.name}. Its secret goes straight to the recipient.
        </span>
      }
    >
      <IssueFields form={form} onLeave={() => undefined} />
    </StepForm>
  );
}

/** The key that is there, for a step that makes none. */
export function KeyThere({ subject }: { readonly subject: KeySummary }) {
  return (
    <p>
      <Link to="/keys/$keyId" params={{ keyId: subject.keyId }}>
        <KeyRef
          keyId={subject.keyId}
          name={subject.name}
          environment={subject.environment}
          detail={subject.hint}
        />
      </Link>
    </p>
  );
}
