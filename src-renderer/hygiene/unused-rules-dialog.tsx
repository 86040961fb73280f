import { useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { ReplaySuggestions } from '#contract/replay.ts';
import type { Scope } from '#contract/scopes.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useKey, useScopes } from '#renderer/api/queries.ts';
import { useReplaySuggestions } from '#renderer/api/traffic-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { ReplayPanel } from '#renderer/scopes/replay-panel.tsx';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { AsyncRegion, type AsyncState } from '#renderer/ui/async-region.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './hygiene.module.css';
import { unusedGrants, withoutGrants, type UnusedGrant } from './unused-grants.ts';

interface UnusedRulesDialogProps {
  readonly keyId: KeyId;
  readonly onClose: () => void;
}

/** What is looked at: as long as the board looks back. */
const DAYS = 30;

/** Takes from a key what its traffic never needed, after a replay of that traffic without it. */
export function UnusedRulesDialog({ keyId, onClose }: UnusedRulesDialogProps) {
  const subject = useKey({ keyId });
  const found = useReplaySuggestions({ keyId, days: DAYS });
  const scopes = useScopes();
  const isThere = subject.data !== undefined && found.data !== undefined && scopes.data !== undefined;
  if (!isThere) {
    const waiting = [subject, found, scopes].find(({ data }) => data === undefined) ?? subject;
    return (
      <FormDialog
        title="Remove unused rules"
        submitLabel="Remove"
        isBusy={false}
        disabledReason="The traffic is being looked at."
        error={null}
        onSubmit={() => undefined}
        onClose={onClose}
      >
        <AsyncRegion query={stateOf(waiting)} subject="The use of its rules">
          {() => null}
        </AsyncRegion>
      </FormDialog>
    );
  }
  return (
    <RemovalForm subject={subject.data} found={found.data} scopes={scopes.data.items} onClose={onClose} />
  );
}

/** What is still missing, whichever it is. */
function stateOf({
  error,
  isFetching,
  refetch,
  cancel,
}: Omit<AsyncState<unknown>, 'data'>): AsyncState<null> {
  return { data: undefined, error, isFetching, refetch, ...(cancel === undefined ? {} : { cancel }) };
}

interface RemovalFormProps {
  readonly subject: Key;
  readonly found: ReplaySuggestions;
  readonly scopes: readonly Scope[];
  readonly onClose: () => void;
}

function RemovalForm({ subject, found, scopes, onClose }: RemovalFormProps) {
  // What was found when it was opened: saving must not change what is shown.
  const [grants] = useState(() => unusedGrants(subject, found, scopes));
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const update = useUpdateKey();
  const forbidden = useForbidden()('keys.update');
  const { say } = useToasts();
  const { keyId, name } = subject;
  const removed = grants.filter(({ id }) => !kept.has(id));
  const draft = withoutGrants(subject, removed);
  const undo = async () => {
    const back = { keyId, scopeIds: [...subject.scopeIds], rules: [...subject.rules] };
    const outcome = await update.run(back);
    if (outcome.ok) say(`${name} has its rules again.`);
    else say('They could not be given back.', { tone: 'failure', detail: errorMessageOf(outcome.error) });
  };
  const submit = async () => {
    const outcome = await update.run({ keyId, ...draft });
    if (!outcome.ok) return;
    say(`${counted(removed.length, 'unused grant')} removed from ${name}.`, {
      detail: 'This holds from the very next request.',
      action: { label: 'Undo', onSelect: () => void undo() },
    });
    onClose();
  };
  return (
    <FormDialog
      title={`Remove unused rules of ${name}`}
      description={`Looked at: ${counted(found.requestCount, 'request')} of the last ${String(DAYS)} days.`}
      size="large"
      submitLabel={removed.length === 0 ? 'Remove' : `Remove ${counted(removed.length, 'grant')}`}
      isBusy={update.isRunning}
      disabledReason={forbidden ?? (removed.length === 0 ? 'Choose at least one.' : undefined)}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {grants.length === 0 ? (
        <p>
          Nothing of its own is unused as a whole: what it never needed is part of a scope of which it uses
          other rules. Change that scope, or give the key rules of its own, on its page.
        </p>
      ) : (
        <>
          <Grants
            grants={grants}
            kept={kept}
            onKeep={(id, keeps) => {
              const next = new Set(kept);
              if (keeps) next.add(id);
              else next.delete(id);
              setKept(next);
            }}
          />
          <ReplayPanel of={{ keyIds: [keyId] }} draft={draft} startsByItself />
        </>
      )}
    </FormDialog>
  );
}

function Grants(props: {
  readonly grants: readonly UnusedGrant[];
  readonly kept: ReadonlySet<string>;
  readonly onKeep: (id: string, keeps: boolean) => void;
}) {
  return (
    <ul className={styles.grants} aria-label="Never needed">
      {props.grants.map((grant) => (
        <li key={grant.id}>
          <Checkbox
            label={grant.kind === 'scope' ? `Scope ${grant.scope.name}` : ruleLine(grant.rule)}
            help={grant.kind === 'scope' ? 'No rule of it decided a request.' : 'Decided no request.'}
            isChecked={!props.kept.has(grant.id)}
            onChange={(isRemoved) => props.onKeep(grant.id, !isRemoved)}
          />
        </li>
      ))}
    </ul>
  );
}
