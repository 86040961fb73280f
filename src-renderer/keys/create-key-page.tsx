import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent, type KeyboardEvent } from 'react';
import type { KeyId, TemplateId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { Template } from '#contract/templates.ts';
import { useTemplates } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { ScopePicker } from '#renderer/scopes/scope-picker.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorSummary } from '#renderer/ui/error-summary.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { LeaveGuard } from '#renderer/ui/leave-guard.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './create-key.module.css';
import {
  EMPTY_DRAFT,
  isFilledIn,
  savedDraft,
  saveDraft,
  type KeyDraft,
  type SectionProps,
} from './key-draft.ts';
import { filledIn } from './key-template.ts';
import type { CreateKeySearch } from './keys-search.ts';
import { KeyPreview, useDraftSentence } from './key-preview.tsx';
import { BindingsSection, ExpirySection, LimitsSection } from './limits-section.tsx';
import { RevealDialog } from './reveal-dialog.tsx';
import { useKeyForm } from './use-key-form.ts';
import { WhoSection } from './who-section.tsx';

const route = getRouteApi('/keys/new');

/** A new key: who uses it, what it may, until when. Ends with showing its secret once. */
export function CreateKeyPage() {
  const search = route.useSearch();
  const [draft, setDraft] = useState<KeyDraft>(() => startDraft(search));
  const form = useKeyForm(draft);
  const [revealed, setRevealed] = useState<{ readonly key: Key; readonly secret: string } | null>(null);
  const [createdId, setCreatedId] = useState<KeyId | null>(null);
  useShowCreated(createdId);
  const forbidden = useForbidden()('keys.create');

  const isFilled = isFilledIn(draft);

  const change = (part: Partial<KeyDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    saveDraft(next);
  };
  useTemplateOfAddress(search.template, (template) => change(filledIn(template, nowMs())));
  const submit = async () => {
    const made = forbidden === undefined ? await form.create() : null;
    if (made === null) return;
    saveDraft(null);
    if (made.secret === null) setCreatedId(made.key.keyId);
    else setRevealed({ key: made.key, secret: made.secret });
  };
  const errorOf = (fieldId: string) => form.problems.find((problem) => problem.fieldId === fieldId)?.message;
  return (
    <Page>
      <PageHeader
        title="Create key"
        actions={
          isFilled && (
            <Button
              variant="quiet"
              onClick={() => {
                setDraft({ ...EMPTY_DRAFT, environment: draft.environment });
                saveDraft(null);
              }}
            >
              Start over
            </Button>
          )
        }
      />
      <LeaveGuard
        isOfWholePage
        isChanged={isFilled && revealed === null && createdId === null}
        title="Leave the unfinished key?"
        description="What you filled in stays in this tab: Create key shows it again."
        confirmLabel="Leave"
      />
      <CreateForm
        section={{ draft, onChange: change, errorOf }}
        form={form}
        forbidden={forbidden}
        onSubmit={() => void submit()}
      />
      {revealed !== null && (
        <RevealDialog
          subject={revealed.key}
          secret={revealed.secret}
          occasion="created"
          onDone={() => {
            setCreatedId(revealed.key.keyId);
            setRevealed(null);
          }}
        />
      )}
    </Page>
  );
}

interface CreateFormProps {
  readonly section: SectionProps;
  readonly form: ReturnType<typeof useKeyForm>;
  /** Why the person may not create keys. */
  readonly forbidden: string | undefined;
  readonly onSubmit: () => void;
}

function CreateForm({ section, form, forbidden, onSubmit }: CreateFormProps) {
  const { draft } = section;
  const sentence = useDraftSentence(draft);
  return (
    <form
      className={formStyles.form}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        // Dialogs opened from here have forms of their own, whose events come by too.
        if (event.target === event.currentTarget) onSubmit();
      }}
      onKeyDown={(event: KeyboardEvent<HTMLFormElement>) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        if (!(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
        event.preventDefault();
        onSubmit();
      }}
    >
      <ErrorSummary problems={form.problems} attempt={form.attempt} />
      <ErrorNote error={form.problems.length === 0 ? form.error : null} />
      <div className={formStyles.columns}>
        <div className={formStyles.side}>
          <WhoSection {...section} />
          <ExpirySection {...section} />
        </div>
        <section className={formStyles.section} aria-label="What" id="key-scopes" tabIndex={-1}>
          <h2>What it may call</h2>
          <ScopePicker
            serviceId={null}
            value={{ scopeIds: draft.scopeIds, rules: draft.rules }}
            onChange={({ scopeIds, rules }) =>
              section.onChange({ scopeIds: [...scopeIds], rules: [...rules] })
            }
          />
        </section>
        <div className={formStyles.side}>
          <KeyPreview draft={draft} />
          <LimitsSection {...section} />
          <BindingsSection {...section} />
        </div>
      </div>
      <footer className={formStyles.footer} data-page-footer>
        <p className={styles.sentence}>{sentence}</p>
        <span className={styles.hint}>Ctrl Enter</span>
        <Button
          type="submit"
          variant="primary"
          size="large"
          isBusy={form.isRunning}
          disabledReason={forbidden}
        >
          {form.isRunning ? 'Creating…' : 'Create key'}
        </Button>
      </footer>
    </form>
  );
}

/** Fills the form in from the template that the address names, once. */
function useTemplateOfAddress(id: TemplateId | undefined, fillIn: (template: Template) => void): void {
  const named = useTemplates().data?.items.find((template) => template.id === id);
  const [done, setDone] = useState<TemplateId | null>(null);
  if (named === undefined || done === named.id) return;
  setDone(named.id);
  fillIn(named);
}

function startDraft(search: CreateKeySearch): KeyDraft {
  const draft = savedDraft() ?? EMPTY_DRAFT;
  return {
    ...draft,
    ...(search.env === undefined ? {} : { environment: search.env }),
    ...(search.partner === undefined ? {} : { partnerId: search.partner }),
    ...(search.application === undefined ? {} : { applicationId: search.application }),
  };
}

/** Goes to the new key's page, once the secret is off the screen and no longer guards the way. */
function useShowCreated(keyId: KeyId | null): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (keyId !== null) void navigate({ to: '/keys/$keyId', params: { keyId }, replace: true });
  }, [keyId, navigate]);
}
