import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { replayDraftOf } from '#renderer/scopes/replay-draft-of.ts';
import { ReplayPanel } from '#renderer/scopes/replay-panel.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { EditKeyFields } from './edit-key-fields.tsx';
import { draftChanges, draftOf, expiresAtOnce, fieldOf } from './key-draft.ts';
import styles from './key-detail.module.css';

/** Changes name, expiry, limits, bindings and labels of a key. Scopes have a tab of their own. */
export function EditKeyDialog({ subject, onClose }: { readonly subject: Key; readonly onClose: () => void }) {
  // The key as it was opened: a change by somebody else meanwhile is not undone by fields that were not touched.
  const [opened] = useState(subject);
  const [draft, setDraft] = useState(() => draftOf(subject));
  const [isTried, setTried] = useState(false);
  const update = useUpdateKey();
  const { say } = useToasts();
  const { input, problems, isChanged } = draftChanges(opened, draft);
  const save = async () => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const outcome = await update.run(input);
    if (!outcome.ok) return;
    onClose();
    say(`${outcome.data.name} saved.`);
  };
  const problemOf = (field: string) =>
    (isTried ? problems[field] : undefined) ??
    update.error?.fields.find(({ path }) => fieldOf(path) === field)?.message;
  return (
    <Dialog
      isOpen
      size="large"
      onClose={onClose}
      title={`Edit ${opened.name}`}
      description="Changes hold from the very next request. The secret stays what it is."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={update.isRunning}
            disabledReason={isChanged ? undefined : 'Nothing has been changed yet.'}
            onClick={() => void save()}
          >
            Save key
          </Button>
        </>
      }
    >
      <EditKeyFields
        draft={draft}
        onChange={(part) => setDraft({ ...draft, ...part })}
        problemOf={problemOf}
      />
      {expiresAtOnce(draft, nowMs()) && (
        <p className={styles.warning} role="status">
          This moment has passed: saving stops the key at once.
        </p>
      )}
      {isChanged && Object.keys(problems).length === 0 && (
        <ReplayPanel of={{ keyIds: [opened.keyId] }} draft={replayDraftOf(input)} />
      )}
      {/* What belongs to a field is said at the field. */}
      {(update.error?.fields ?? []).length === 0 && <ErrorNote error={update.error} />}
    </Dialog>
  );
}
