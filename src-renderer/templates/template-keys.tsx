import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import { REPLAY_KEYS_MAX } from '#contract/replay.ts';
import type { CreateTemplateInput, Template, TemplateKey } from '#contract/templates.ts';
import { useApplyTemplate } from '#renderer/api/commands.ts';
import { useTemplateKeys } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { replayDraftOf } from '#renderer/scopes/replay-draft-of.ts';
import { ReplayPanel } from '#renderer/scopes/replay-panel.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { driftWords } from './template-words.ts';
import styles from './templates.module.css';

interface TemplateKeysProps {
  readonly template: Template;
  /** What is typed and not saved yet: the drift shown is that from this. null: as it is saved. */
  readonly draft: CreateTemplateInput | null;
}

/** The keys of a template, where each differs from it, and giving the chosen ones its policy. */
export function TemplateKeys({ template, draft }: TemplateKeysProps) {
  const query = useTemplateKeys(
    { templateId: template.id, ...(draft === null ? {} : { draft }) },
    { keepsPrevious: true },
  );
  const [chosen, setChosen] = useState<ReadonlySet<KeyId>>(new Set());
  const keys = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const drifted = keys.filter(({ drift }) => drift.length > 0);
  const isAll = drifted.length > 0 && drifted.every(({ keyId }) => chosen.has(keyId));
  const choose = (keyId: KeyId, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(keyId);
    else next.delete(keyId);
    setChosen(next);
  };
  return (
    <section className={formStyles.section} aria-labelledby="template-keys">
      <h2 id="template-keys">Keys of this template</h2>
      <AsyncRegion
        query={{ ...query, data: query.data }}
        subject="The keys"
        isEmpty={() => keys.length === 0}
        empty={
          <EmptyState title="No key follows it yet">
            Keys that are made of it, or moved to it on their page, are listed here with where they differ.
          </EmptyState>
        }
      >
        {() => (
          <>
            <p className={styles.quiet}>{driftSummary(drifted.length, keys.length, draft !== null)}</p>
            <PlainTable
              label="Keys of this template"
              columns={columnsOf(chosen, choose)}
              rows={keys}
              rowKey={({ keyId }) => keyId}
            />
            {query.hasNextPage && (
              <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show more keys
              </Button>
            )}
            <ApplyBar
              template={template}
              keyIds={drifted.map(({ keyId }) => keyId).filter((keyId) => chosen.has(keyId))}
              isUnsaved={draft !== null}
              isAll={isAll}
              hasDrift={drifted.length > 0}
              onAll={(all) => setChosen(new Set(all ? drifted.map(({ keyId }) => keyId) : []))}
              onDone={() => setChosen(new Set())}
            />
            <ReplayPanel
              keyIds={(chosen.size > 0 ? [...chosen] : keys.map(({ keyId }) => keyId)).slice(
                0,
                REPLAY_KEYS_MAX,
              )}
              draft={replayDraftOf(draft ?? template)}
            />
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

function driftSummary(drifted: number, shown: number, isUnsaved: boolean): string {
  const of = `${String(drifted)} of ${counted(shown, 'key')}`;
  if (drifted === 0) return isUnsaved ? 'None of its keys would differ.' : 'None of its keys differs.';
  return isUnsaved
    ? `${of} would differ from the template as it is typed. Saving it changes no key.`
    : `${of} differ from the template.`;
}

function columnsOf(
  chosen: ReadonlySet<KeyId>,
  choose: (keyId: KeyId, isChosen: boolean) => void,
): readonly PlainColumn<TemplateKey>[] {
  return [
    {
      header: 'Key',
      cell: (key) =>
        key.drift.length === 0 ? (
          <KeyLink subject={key} />
        ) : (
          <Checkbox
            label={key.name}
            isChecked={chosen.has(key.keyId)}
            onChange={(isChosen) => choose(key.keyId, isChosen)}
          />
        ),
    },
    { header: 'Status', cell: ({ status }) => <StatusChip status={status} /> },
    { header: 'Partner / application', cell: (key) => `${key.partnerName} / ${key.applicationName}` },
    { header: 'Differs in', cell: ({ drift }) => (drift.length === 0 ? 'nothing' : driftWords(drift)) },
    {
      header: 'Page of the key',
      hidesHeader: true,
      align: 'end',
      cell: (key) => (key.drift.length === 0 ? null : <KeyLink subject={key} text="Open" />),
    },
  ];
}

function KeyLink({ subject, text }: { readonly subject: TemplateKey; readonly text?: string }) {
  return (
    <Link
      to="/keys/$keyId"
      params={{ keyId: subject.keyId }}
      aria-label={text === undefined ? undefined : `${text} ${subject.name}`}
    >
      {text ?? subject.name}
    </Link>
  );
}

interface ApplyBarProps {
  readonly template: Template;
  readonly keyIds: readonly KeyId[];
  readonly isUnsaved: boolean;
  readonly isAll: boolean;
  readonly hasDrift: boolean;
  readonly onAll: (all: boolean) => void;
  readonly onDone: () => void;
}

function ApplyBar({ template, keyIds, isUnsaved, isAll, hasDrift, onAll, onDone }: ApplyBarProps) {
  const apply = useApplyTemplate();
  const forbidden = useForbidden()('templates.apply');
  const { say } = useToasts();
  if (!hasDrift) return null;
  const run = async () => {
    const outcome = await apply.run({ templateId: template.id, keyIds: [...keyIds] });
    if (!outcome.ok) return;
    onDone();
    const { changed } = outcome.data;
    say(`${counted(changed.length, 'key')} now as ${template.name} says.`, {
      detail: 'This holds from the very next request.',
    });
  };
  const obstacle =
    forbidden ??
    (isUnsaved ? 'Save the template first.' : keyIds.length === 0 ? 'Choose at least one key.' : undefined);
  return (
    <div className={styles.bar}>
      <Checkbox
        label="All that differ"
        isChecked={isAll}
        isMixed={!isAll && keyIds.length > 0}
        onChange={onAll}
      />
      <Button variant="primary" isBusy={apply.isRunning} disabledReason={obstacle} onClick={() => void run()}>
        {keyIds.length === 0 ? 'Apply to keys' : `Apply to ${counted(keyIds.length, 'key')}`}
      </Button>
      <ErrorNote error={apply.error} />
    </div>
  );
}
