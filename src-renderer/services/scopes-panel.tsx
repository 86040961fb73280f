import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Scope } from '#contract/scopes.ts';
import type { Service } from '#contract/services.ts';
import { useDeleteScope } from '#renderer/api/commands.ts';
import { useScopes } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { ScopeDialog } from './scope-dialog.tsx';
import styles from './services.module.css';

/** The named permissions of a service. */
export function ScopesPanel({ service }: { readonly service: Service }) {
  const query = useScopes({ serviceId: service.id });
  const [editing, setEditing] = useState<Scope | 'new' | null>(null);
  const [removing, setRemoving] = useState<Scope | null>(null);
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setEditing('new')}>
      New scope
    </Button>
  );
  return (
    <>
      <div className={styles.toolbar}>
        <p className={styles.quiet}>Deny wins, and what no rule allows is refused.</p>
        <span className={styles.spacer} />
        {create}
      </div>
      <AsyncRegion
        query={query}
        subject="The scopes"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No scopes yet">
            A scope is a named permission such as inventory:read, made of rules over this service’s endpoints.
          </EmptyState>
        }
      >
        {(data) => (
          <ul aria-label="Scopes">
            {data.items.map((scope) => (
              <ScopeRow key={scope.id} scope={scope} onEdit={setEditing} onRemove={setRemoving} />
            ))}
          </ul>
        )}
      </AsyncRegion>
      {editing !== null && (
        <ScopeDialog
          service={service}
          {...(editing === 'new' ? {} : { scope: editing })}
          onClose={() => setEditing(null)}
        />
      )}
      {removing !== null && <RemoveScope scope={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

interface ScopeRowProps {
  readonly scope: Scope;
  readonly onEdit: (scope: Scope) => void;
  readonly onRemove: (scope: Scope) => void;
}

function ScopeRow({ scope, onEdit, onRemove }: ScopeRowProps) {
  const isUsed = scope.keyCount > 0;
  return (
    <li className={styles.scope}>
      <div className={styles.scopeHead}>
        <h2 className={styles.mono}>{scope.name}</h2>
        <Link to="/keys" search={{ scope: scope.id }}>
          {counted(scope.keyCount, 'key')}
        </Link>
        <span className={styles.spacer} />
        <Button variant="quiet" onClick={() => onEdit(scope)} aria-label={`Edit ${scope.name}`}>
          Edit
        </Button>
        <Button
          variant="quiet"
          aria-label={`Delete ${scope.name}`}
          disabledReason={isUsed ? 'Keys hold this scope. Take it from them first.' : undefined}
          onClick={() => onRemove(scope)}
        >
          Delete
        </Button>
      </div>
      {scope.description !== '' && <p>{scope.description}</p>}
      <ul className={styles.rules} aria-label={`Rules of ${scope.name}`}>
        {scope.rules.map((rule) => (
          <li key={ruleLine(rule)}>{ruleLine(rule)}</li>
        ))}
      </ul>
    </li>
  );
}

function RemoveScope({ scope, onClose }: { readonly scope: Scope; readonly onClose: () => void }) {
  const remove = useDeleteScope();
  const { say } = useToasts();
  const confirm = async () => {
    const outcome = await remove.run({ scopeId: scope.id });
    if (!outcome.ok) return;
    say(`${scope.name} deleted`);
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={remove.isRunning}
      title={`Delete ${scope.name}?`}
      description="No key holds it. Services that demand it by name will refuse every key."
      confirmLabel="Delete scope"
    >
      <ErrorNote error={remove.error} />
    </AlertDialog>
  );
}
