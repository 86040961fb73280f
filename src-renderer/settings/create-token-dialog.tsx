import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Role } from '#contract/procedure.ts';
import { useCreateToken } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { ROLE_OPTIONS } from './role-options.ts';

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No end' },
];

interface CreateTokenDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (created: Output<'tokens.create'>) => void;
}

/** Makes an admin token. The answer holds it, once. Mounted only while open. */
export function CreateTokenDialog({ onClose, onCreated }: CreateTokenDialogProps) {
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [lifetime, setLifetime] = useState('90');
  const submit = async () => {
    const expiresAt = lifetime === 'never' ? null : nowMs() + Number(lifetime) * DAY_MS;
    const outcome = await create.run({ name, role, expiresAt });
    if (outcome.ok) onCreated(outcome.data);
  };
  return (
    <FormDialog
      title="New admin token"
      submitLabel="Create token"
      isBusy={create.isRunning}
      error={create.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        help="Who or what uses it."
        error={create.error?.field('name')}
        required
      />
      <RadioGroup<Role> label="Role" value={role} options={ROLE_OPTIONS} onChange={setRole} />
      <Select label="Ends after" value={lifetime} options={LIFETIMES} onChange={setLifetime} />
    </FormDialog>
  );
}
