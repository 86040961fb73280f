import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { ScopePicker, type ScopeSelection } from '#renderer/scopes/scope-picker.tsx';
import { ScopeReading } from '#renderer/scopes/scope-reading.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './key-detail.module.css';

/** What the key may call; and the picker to change it. */
export function ScopesTab({ subject }: { readonly subject: Key }) {
  const [draft, setDraft] = useState<ScopeSelection | null>(null);
  const update = useUpdateKey();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const held: ScopeSelection = { scopeIds: subject.scopeIds, rules: subject.rules };
  const obstacle = subject.status === 'revoked' ? 'The key is revoked.' : forbidden('keys.update');
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(held);
  const save = async () => {
    if (draft === null) return;
    const outcome = await update.run({ keyId: subject.keyId, scopeIds: draft.scopeIds, rules: draft.rules });
    if (!outcome.ok) return;
    setDraft(null);
    say(`Scopes of ${subject.name} saved.`, { detail: 'They hold from the very next request.' });
  };
  const stop = () => {
    update.reset();
    setDraft(null);
  };
  return (
    <div className={styles.stack}>
      <h2 className="visually-hidden">Scopes</h2>
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
        <ScopeReading value={held} />
      ) : (
        <ScopePicker serviceId={null} value={draft} onChange={setDraft} />
      )}
    </div>
  );
}
