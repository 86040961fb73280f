import { useState } from 'react';
import type { Rule, Scope } from '#contract/scopes.ts';
import type { Service } from '#contract/services.ts';
import { useCreateScope, useUpdateScope } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { ScopeRulesEditor } from '#renderer/scopes/scope-rules-editor.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './services.module.css';

interface ScopeDialogProps {
  readonly service: Service;
  /** The scope to change; a new one without. */
  readonly scope?: Scope;
  readonly onClose: () => void;
}

/** Creates a scope or changes one. Mounted only while open. */
export function ScopeDialog({ service, scope, onClose }: ScopeDialogProps) {
  const create = useCreateScope();
  const update = useUpdateScope();
  const command = scope === undefined ? create : update;
  const { say } = useToasts();
  const [name, setName] = useState(scope?.name ?? '');
  const [description, setDescription] = useState(scope?.description ?? '');
  const [rules, setRules] = useState<readonly Rule[]>(scope?.rules ?? []);
  const submit = async () => {
    const fields = { name, description, rules };
    const outcome =
      scope === undefined
        ? await create.run({ serviceId: service.id, ...fields })
        : await update.run({ scopeId: scope.id, ...fields });
    if (!outcome.ok) return;
    say(`${outcome.data.name} saved`);
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={scope === undefined ? `New scope of ${service.name}` : `Edit ${scope.name}`}
      description={
        scope === undefined || scope.keyCount === 0
          ? 'What a key with this scope may call.'
          : `Saving changes what ${counted(scope.keyCount, 'key')} may call, at the very next request.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={command.isRunning}
            disabledReason={rules.length === 0 ? 'Give the scope at least one rule.' : undefined}
            onClick={() => void submit()}
          >
            {scope === undefined ? 'Create scope' : 'Save changes'}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField
          label="Name"
          isMono
          placeholder="inventory:read"
          value={name}
          onChange={setName}
          error={command.error?.field('name')}
          required
        />
        <TextField
          label="Description"
          isOptional
          value={description}
          onChange={setDescription}
          error={command.error?.field('description')}
        />
        <ScopeRulesEditor serviceId={service.id} value={rules} onChange={setRules} />
        <ErrorNote error={command.error} />
      </div>
    </Dialog>
  );
}
