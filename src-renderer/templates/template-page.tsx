import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import type { JobId, KeyId, TemplateId } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import { useDeleteTemplate, useUpdateTemplate } from '#renderer/api/commands.ts';
import { useKey, useTemplate } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RotationHandoff } from '#renderer/handoffs/rotation-handoff.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorSummary } from '#renderer/ui/error-summary.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { LeaveGuard } from '#renderer/ui/leave-guard.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { draftOfKey, draftOfTemplate, EMPTY_TEMPLATE, type TemplateDraft } from './template-draft.ts';
import { TemplateForm } from './template-form.tsx';
import { TemplateKeys } from './template-keys.tsx';
import styles from './templates.module.css';
import { useTemplateForm } from './use-template-form.ts';

const newRoute = getRouteApi('/templates/new');
const route = getRouteApi('/templates/$templateId');

/** A new template: empty, a copy of another, or out of a key. */
export function NewTemplatePage() {
  const { from, key } = newRoute.useSearch();
  return (
    <Page>
      {from !== undefined && <CopyEditor from={from} />}
      {from === undefined && key !== undefined && <KeyEditor keyId={key} />}
      {from === undefined && key === undefined && <Editor template={null} start={EMPTY_TEMPLATE} />}
    </Page>
  );
}

function CopyEditor({ from }: { readonly from: TemplateId }) {
  const query = useTemplate({ templateId: from });
  return (
    <AsyncRegion query={query} subject="The template to copy">
      {(copied) => {
        const draft = draftOfTemplate(copied);
        return <Editor template={null} start={{ ...draft, name: `Copy of ${draft.name}`.slice(0, 64) }} />;
      }}
    </AsyncRegion>
  );
}

function KeyEditor({ keyId }: { readonly keyId: KeyId }) {
  const query = useKey({ keyId });
  return (
    <AsyncRegion query={query} subject="The key">
      {(subject) => <Editor template={null} start={draftOfKey(subject)} />}
    </AsyncRegion>
  );
}

/** One template: its fields, and the keys that follow it. */
export function TemplatePage() {
  const { templateId } = route.useParams();
  const { replay } = route.useSearch();
  const query = useTemplate({ templateId });
  return (
    <Page>
      <AsyncRegion query={query} subject="The template">
        {(template) => (
          // Saved or changed by somebody else: the form starts again from what is there.
          <Editor
            key={template.updatedAt}
            template={template}
            start={draftOfTemplate(template)}
            replay={replay ?? null}
          />
        )}
      </AsyncRegion>
    </Page>
  );
}

interface EditorProps {
  /** null: a new one. */
  readonly template: Template | null;
  readonly start: TemplateDraft;
  /** A replay to show. */
  readonly replay?: JobId | null;
}

function Editor({ template, start, replay = null }: EditorProps) {
  // What it was opened with: fetching it again must not throw away what is typed.
  const [opened] = useState(start);
  const form = useTemplateForm(opened, template);
  const navigate = useNavigate();
  const forbidden = useForbidden()(template === null ? 'templates.create' : 'templates.update');
  const { say } = useToasts();
  const submit = async () => {
    const saved = forbidden === undefined ? await form.save() : null;
    if (saved === null) return;
    say(`${saved.name} saved.`, {
      detail: saved.keyCount > 0 ? 'Its keys are as they were: apply it to those that should follow.' : '',
    });
    if (template === null)
      void navigate({
        to: '/templates/$templateId',
        params: { templateId: saved.id },
        replace: true,
        ignoreBlocker: true,
      });
  };
  return (
    <form
      className={formStyles.form}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        // Dialogs opened from here have forms of their own, whose events come by too.
        if (event.target === event.currentTarget) void submit();
      }}
    >
      <PageHeader
        title={template?.name ?? 'New template'}
        count={template === null ? undefined : counted(template.keyCount, 'key')}
        actions={template === null ? undefined : <TemplateActions template={template} />}
      >
        <p>
          <Link to="/templates">All templates</Link>
        </p>
      </PageHeader>
      <ErrorSummary problems={form.problems} attempt={form.attempt} />
      <ErrorNote error={form.error} />
      <TemplateForm draft={form.draft} onChange={form.change} errorOf={form.errorOf} />
      <LeaveGuard
        isChanged={form.isChanged}
        title="Leave without saving?"
        description="The template is not saved. Leaving gives up what was changed."
        confirmLabel="Leave without saving"
      />
      {template !== null && (
        <TemplateKeys template={template} draft={form.isChanged ? form.input : null} replay={replay} />
      )}
      <footer className={formStyles.footer} data-page-footer>
        <span className={styles.quiet}>{form.isChanged ? 'Not saved yet.' : ''}</span>
        <Button
          type="submit"
          variant="primary"
          size="large"
          isBusy={form.isRunning}
          disabledReason={
            forbidden ?? (template === null || form.isChanged ? undefined : 'Nothing has been changed yet.')
          }
        >
          {template === null ? 'Create template' : 'Save template'}
        </Button>
      </footer>
    </form>
  );
}

function TemplateActions({ template }: { readonly template: Template }) {
  const navigate = useNavigate();
  const forbidden = useForbidden();
  const update = useUpdateTemplate();
  const remove = useDeleteTemplate();
  const [isAsking, setAsking] = useState(false);
  const { say } = useToasts();
  const archive = async () => {
    const outcome = await update.run({ templateId: template.id, isArchived: !template.isArchived });
    if (outcome.ok) say(outcome.data.isArchived ? 'Archived: no new keys of it.' : 'Back in use.');
  };
  const destroy = async () => {
    const outcome = await remove.run({ templateId: template.id });
    if (!outcome.ok) return;
    say(`${template.name} deleted.`);
    void navigate({ to: '/templates', ignoreBlocker: true });
  };
  return (
    <>
      <Button
        onClick={() => void navigate({ to: '/keys/new', search: { template: template.id } })}
        disabledReason={template.isArchived ? 'It is archived.' : forbidden('keys.createFromTemplate')}
      >
        Create key from it
      </Button>
      <Button onClick={() => void navigate({ to: '/templates/new', search: { from: template.id } })}>
        Duplicate
      </Button>
      <RotationHandoff
        owner={{ kind: 'template', templateId: template.id }}
        obstacle={
          template.rotateEveryMs === null
            ? 'Its keys have no rhythm. Give the template one first.'
            : undefined
        }
        buttonOnly="Rotations…"
      />
      <Button
        isBusy={update.isRunning}
        disabledReason={forbidden('templates.update')}
        onClick={() => void archive()}
      >
        {template.isArchived ? 'Bring back' : 'Archive'}
      </Button>
      <Button variant="danger" disabledReason={forbidden('templates.delete')} onClick={() => setAsking(true)}>
        Delete…
      </Button>
      <AlertDialog
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={() => void destroy()}
        title={`Delete ${template.name}?`}
        description={
          template.keyCount === 0
            ? 'No key follows it.'
            : `Keeps ${counted(template.keyCount, 'key')} exactly as now, without a template.`
        }
        confirmLabel="Delete template"
        tone="danger"
        isBusy={remove.isRunning}
      >
        <ErrorNote error={remove.error} />
      </AlertDialog>
    </>
  );
}
