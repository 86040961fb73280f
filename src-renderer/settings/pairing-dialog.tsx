import { useState } from 'react';
import type { Role } from '#contract/procedure.ts';
import { useCreatePairingLink } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ROLE_OPTIONS } from './role-options.ts';

interface PairingDialogProps {
  readonly onClose: () => void;
  /** null: the same link had been shown before. */
  readonly onMade: (url: string | null) => void;
}

/** Makes a link that signs one browser in with a role. Mounted only while open. */
export function PairingDialog({ onClose, onMade }: PairingDialogProps) {
  const pair = useCreatePairingLink();
  const [role, setRole] = useState<Role>('viewer');
  const submit = async () => {
    const outcome = await pair.run({ role });
    if (outcome.ok) onMade(outcome.data.url);
  };
  return (
    <FormDialog
      title="New pairing link"
      description="It signs one browser in, once, within a minute. For a colleague who comes back tomorrow, make an admin token: sessions end with a restart."
      submitLabel="Make link"
      isBusy={pair.isRunning}
      error={pair.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <RadioGroup<Role> label="Role" value={role} options={ROLE_OPTIONS} onChange={setRole} />
    </FormDialog>
  );
}
