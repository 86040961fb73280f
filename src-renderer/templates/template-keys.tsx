import { useState } from 'react';
import type { JobId } from '#contract/ids.ts';
import { REPLAY_KEYS_MAX } from '#contract/replay.ts';
import type { CreateTemplateInput, Template } from '#contract/templates.ts';
import { useAppliedTemplate, useTemplateDrift, useTemplateKeys } from '#renderer/api/queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { replayDraftOf } from '#renderer/scopes/replay-draft-of.ts';
import { ReplayPanel } from '#renderer/scopes/replay-panel.tsx';
import type { ReplayOf } from '#renderer/scopes/use-replay.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useSettled } from '#renderer/ui/use-settled.ts';
import { ApplyBar } from './apply-bar.tsx';
import { AppliedNote } from './applied-note.tsx';
import { ALL_CHOSEN, chosenCount, NOTHING_CHOSEN, withKeys, type KeyChoice } from './key-choice.ts';
import { TemplateKeyTable } from './template-key-table.tsx';
import { driftFieldWords } from './template-words.ts';
import styles from './templates.module.css';

/** News of the job come by announcement; this is for announcements that get lost. */
const APPLIED_EVERY_MS = 2_000;

interface TemplateKeysProps {
  readonly template: Template;
  /** What is typed and not saved yet: the drift shown is that from this. null: as it is saved. */
  readonly draft: CreateTemplateInput | null;
  /** A replay that was started before. */
  readonly replay: JobId | null;
}

/** The keys of a template, however many: where they differ from it, what it would change for them, and giving them its policy. */
export function TemplateKeys({ template, draft, replay }: TemplateKeysProps) {
  const [choice, setChoice] = useState<KeyChoice>(NOTHING_CHOSEN);
  const [isOnlyDiffering, setOnlyDiffering] = useState(false);
  const asked = useDriftInput(template, draft);
  const applied = useAppliedTemplate({ templateId: template.id }, { everyMs: APPLIED_EVERY_MS });
  const last = applied.data?.last ?? null;
  // While keys change, counting them again and again would tell nothing.
  const isRunning = last?.isRunning ?? false;
  const drift = useTemplateDrift(asked, { keepsPrevious: true, isEnabled: !isRunning });
  const query = useTemplateKeys(
    { ...asked, onlyDiffering: isOnlyDiffering },
    { keepsPrevious: true, isEnabled: !isRunning },
  );
  const keys = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const differing = drift.data?.differing ?? 0;
  const chosen = chosenCount(choice, differing);
  return (
    <section className={formStyles.section} aria-labelledby="template-keys">
      <h2 id="template-keys">Keys of this template</h2>
      <AsyncRegion
        query={drift}
        subject="The keys"
        className={styles.region}
        isEmpty={(counts) => counts.keys === 0}
        empty={
          <EmptyState title="No key follows it yet">
            Keys that are made of it, or moved to it on their page, are listed here with where they differ.
          </EmptyState>
        }
      >
        {(counts) => (
          <>
            <p className={styles.quiet} role="status" data-testid="drift-summary">
              {driftSummary(counts, draft !== null)}
            </p>
            {counts.differing > 0 && (
              <div className={styles.bar}>
                <Checkbox
                  label={`All that differ (${count(counts.differing)})`}
                  isChecked={chosen === counts.differing}
                  isMixed={chosen > 0 && chosen < counts.differing}
                  onChange={(isAll) => setChoice(isAll ? ALL_CHOSEN : NOTHING_CHOSEN)}
                />
                <Checkbox
                  label="List only those that differ"
                  isChecked={isOnlyDiffering}
                  onChange={setOnlyDiffering}
                />
              </div>
            )}
            <TemplateKeyTable
              keys={keys}
              keyCount={isOnlyDiffering ? counts.differing : counts.keys}
              choice={choice}
              onChoose={(some, isChosen) => setChoice(withKeys(choice, some, isChosen))}
              onMore={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
            />
            <ApplyBar
              template={template}
              choice={choice}
              differing={counts.differing}
              isUnsaved={draft !== null}
              isRunning={isRunning}
              onStarted={() => setChoice(NOTHING_CHOSEN)}
            />
            {last !== null && <AppliedNote template={template} last={last} />}
            <ReplayPanel
              of={replayedKeys(template, choice)}
              draft={replayDraftOf(draft ?? template)}
              shown={replay}
            />
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

/** What the lists are asked for: the draft once typing has paused. */
function useDriftInput(template: Template, draft: CreateTemplateInput | null) {
  const typed = useSettled(draft);
  return { templateId: template.id, ...(typed === null ? {} : { draft: typed }) };
}

/** Some keys are replayed as they are chosen; all of them, or all but some, as all. */
function replayedKeys(template: Template, { isAll, named }: KeyChoice): ReplayOf {
  return !isAll && named.size > 0 && named.size <= REPLAY_KEYS_MAX
    ? { keyIds: [...named] }
    : { templateId: template.id };
}

function driftSummary(
  { keys, differing, fields }: NonNullable<ReturnType<typeof useTemplateDrift>['data']>,
  isUnsaved: boolean,
): string {
  if (differing === 0) return isUnsaved ? 'None of its keys would differ.' : 'None of its keys differs.';
  const of = `${count(differing)} of ${counted(keys, 'key')}`;
  const where = driftFieldWords(fields);
  return isUnsaved
    ? `${of} would differ from the template as it is typed: ${where}. Saving it changes no key.`
    : `${of} ${differing === 1 ? 'differs' : 'differ'} from the template: ${where}.`;
}
