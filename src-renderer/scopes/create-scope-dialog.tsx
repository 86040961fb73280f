import { useState } from 'react';
import type { ServiceId } from '#contract/ids.ts';
import { scopeName, type Rule, type Scope } from '#contract/scopes.ts';
import { useCreateScope } from '#renderer/api/commands.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { ruleLine } from './rule-text.ts';
import styles from './scopes.module.css';

interface CreateScopeDialogProps {
  readonly serviceId: ServiceId;
  readonly rules: readonly Rule[];
  readonly onClose: () => void;
  readonly onCreated: (scope: Scope) => void;
}

/** Gives rules a name, so that other keys can have them too. */
export function CreateScopeDialog({ serviceId, rules, onClose, onCreated }: CreateScopeDialogProps) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const create = useCreateScope();
  const submit = async () => {
    const parsed = scopeName.safeParse(name);
    if (!parsed.success) {
      setProblem(parsed.error.issues[0]?.message);
      return;
    }
    const outcome = await create.run({ serviceId, name, description, rules });
    if (outcome.ok) onCreated(outcome.data);
    else setProblem(outcome.error.field('name'));
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="small"
      title="Create scope"
      description="The rules move from the key to the scope. They then apply to this service only."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={create.isRunning} onClick={() => void submit()}>
            Create scope
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <TextField
          label="Name"
          isMono
          placeholder="inventory:read"
          value={name}
          error={problem}
          onChange={(next) => {
            setName(next);
            setProblem(undefined);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void submit();
          }}
        />
        <TextField label="Description" isOptional value={description} onChange={setDescription} />
        <span className={styles.scopeRules}>
          {rules.map((rule) => (
            <code key={ruleLine(rule)} data-effect={rule.effect}>
              {ruleLine(rule)}
            </code>
          ))}
        </span>
        <ErrorNote error={create.error} />
      </div>
    </Dialog>
  );
}
