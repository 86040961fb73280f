import { useState } from 'react';
import type { JobId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { RateLimit } from '#contract/plans.ts';
import type { ReplayDraft } from '#contract/replay.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { policyObstacle } from '#renderer/enrolment/enrolment-words.ts';
import { limitText } from '#renderer/limits/limit-words.ts';
import { ReplayPanel } from '#renderer/scopes/replay-panel.tsx';
import { ScopePicker, type ScopeSelection } from '#renderer/scopes/scope-picker.tsx';
import { ScopeReading } from '#renderer/scopes/scope-reading.tsx';
import { ShownReplay } from '#renderer/scopes/shown-replay.tsx';
import { Suggestions } from '#renderer/scopes/suggestions.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { LeaveGuard } from '#renderer/ui/leave-guard.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './key-detail.module.css';

/** What is edited: scopes and rules, and a limit where one was taken over from the suggestions. */
interface Draft extends ScopeSelection {
  readonly rateLimit?: RateLimit;
}

interface ScopesTabProps {
  readonly subject: Key;
  /** A replay that the address names. */
  readonly shownReplay: JobId | null;
}

/** What the key may call; and the picker to change it, with proof on past requests before it is saved. */
export function ScopesTab({ subject, shownReplay }: ScopesTabProps) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const update = useUpdateKey();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const held: Draft = { scopeIds: subject.scopeIds, rules: subject.rules };
  const obstacle = policyObstacle(subject) ?? forbidden('keys.update');
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(held);
  const save = async () => {
    if (draft === null) return;
    const outcome = await update.run({ keyId: subject.keyId, ...draft });
    if (!outcome.ok) return;
    setDraft(null);
    say(`Scopes of ${subject.name} saved.`, { detail: 'They hold from the very next request.' });
  };
  const stop = () => {
    update.reset();
    setDraft(null);
  };
  const takeUp = ({ scopeIds = held.scopeIds, rules = held.rules, rateLimit }: ReplayDraft) =>
    setDraft({ scopeIds, rules, ...(rateLimit === undefined || rateLimit === null ? {} : { rateLimit }) });
  return (
    <div className={styles.stack}>
      <h2 className="visually-hidden">Scopes</h2>
      <LeaveGuard
        isChanged={isChanged}
        title="Leave without saving?"
        description="The changed scopes are not saved. Leaving gives them up."
        confirmLabel="Leave without saving"
      />
      <div className={styles.bar}>
        {draft === null ? (
          <Button onClick={() => setDraft(held)} disabledReason={obstacle}>
            Edit scopes
          </Button>
        ) : (
          <>
            <Button
              variant="primary"
              isBusy={update.isRunning}
              disabledReason={isChanged ? undefined : 'Nothing has been changed yet.'}
              onClick={() => void save()}
            >
              Save scopes
            </Button>
            <Button onClick={stop}>Cancel</Button>
            <span className={styles.quiet}>{isChanged ? 'Not saved yet.' : ''}</span>
          </>
        )}
      </div>
      <ErrorNote error={update.error} />
      {draft === null ? (
        <ScopeReading
          value={held}
          editedAt={subject.updatedAt}
          proof={
            shownReplay !== null && (
              <ShownReplay jobId={shownReplay} onEdit={takeUp} disabledReason={obstacle} />
            )
          }
        />
      ) : (
        <ScopePicker
          serviceId={null}
          value={draft}
          onChange={(value) => setDraft({ ...draft, ...value })}
          editedAt={subject.updatedAt}
          proof={<Proof subject={subject} draft={draft} onChange={setDraft} />}
        />
      )}
    </div>
  );
}

function Proof(props: {
  readonly subject: Key;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}) {
  const { subject, draft, onChange } = props;
  const { rateLimit, ...withoutLimit } = draft;
  return (
    <>
      {rateLimit !== undefined && (
        <p className={styles.bar}>
          <span>
            New limit in this draft: <strong>{limitText({ rateLimit, rateLimits: [], quota: null })}</strong>
          </span>
          <Button variant="quiet" onClick={() => onChange(withoutLimit)}>
            Leave the limit
          </Button>
        </p>
      )}
      <ReplayPanel of={{ keyIds: [subject.keyId] }} draft={draft} />
      <Suggestions
        keyId={subject.keyId}
        savedRules={subject.rules}
        value={draft}
        onChange={(value) => onChange({ ...draft, ...value })}
        onLimit={(limit) => onChange({ ...draft, rateLimit: limit })}
      />
    </>
  );
}
