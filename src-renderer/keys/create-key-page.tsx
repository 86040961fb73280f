import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent, type KeyboardEvent } from 'react';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId, TemplateId } from '#contract/ids.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import type { Key } from '#contract/keys.ts';
import type { Template } from '#contract/templates.ts';
import { useCreateKey, useCreateKeyFromTemplate } from '#renderer/api/commands.ts';
import { useTemplates } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { ScopePicker } from '#renderer/scopes/scope-picker.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorSummary } from '#renderer/ui/error-summary.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './create-key.module.css';
import { newIdempotencyKey } from './idempotency.ts';
import {
  EMPTY_DRAFT,
  problemAt,
  readDraft,
  savedDraft,
  saveDraft,
  type KeyDraft,
  type SectionProps,
} from './key-draft.ts';
import { filledIn, isAsTemplate } from './key-template.ts';
import type { CreateKeySearch } from './keys-search.ts';
import { KeyPreview, useDraftSentence } from './key-preview.tsx';
import { BindingsSection, ExpirySection, LimitsSection } from './limits-section.tsx';
import type { FormProblem } from './policy-fields.ts';
import { RevealDialog } from './reveal-dialog.tsx';
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
      <PageHeader title="Create key" />
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

function ofTemplate(
  { applicationId, name, environment, expiresAt, tags, note }: CreateKeyInput,
  templateId: TemplateId,
): CallInput<'keys.createFromTemplate'> {
  return {
    templateId,
    ...{ applicationId, name, environment, tags, note },
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}

/** Goes to the new key's page, once the secret is off the screen and no longer guards the way. */
function useShowCreated(keyId: KeyId | null): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (keyId !== null) void navigate({ to: '/keys/$keyId', params: { keyId }, replace: true });
  }, [keyId, navigate]);
}

/** Sending the draft: problems at their fields, and one key however often it is sent. After the first try, problems go as they
 *  are mended; those that only the server can see stay until the next try. */
function useKeyForm(draft: KeyDraft) {
  const create = useCreateKey();
  const createOfTemplate = useCreateKeyFromTemplate();
  const templates = useTemplates().data?.items ?? [];
  const template = templates.find(({ id }) => id === draft.templateId);
  const now = useNow(60_000);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [refused, setRefused] = useState<readonly FormProblem[]>([]);
  const [attempt, setAttempt] = useState(0);
  const read = readDraft(draft, now);
  const own = attempt === 0 || read.ok ? [] : read.problems;
  return {
    problems: own.length > 0 ? own : refused,
    attempt,
    error: create.error ?? createOfTemplate.error,
    isRunning: create.isRunning || createOfTemplate.isRunning,
    create: async () => {
      setAttempt((before) => before + 1);
      setRefused([]);
      const latest = readDraft(draft, nowMs());
      if (!latest.ok) return null;
      const { input } = latest;
      // Untouched, the template decides: so may issuers use what only admins may write.
      const outcome =
        template !== undefined && isAsTemplate(draft, template)
          ? await createOfTemplate.run({ ...ofTemplate(input, template.id), idempotencyKey })
          : await create.run({ ...input, idempotencyKey });
      if (outcome.ok) return outcome.data;
      setRefused(outcome.error.fields.map(({ path, message }) => problemAt(path, message)));
      return null;
    },
  };
}
