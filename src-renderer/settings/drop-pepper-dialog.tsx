import { useState } from 'react';
import { PEPPER_KEYS_MAX, type RetiredPepper } from '#contract/peppers.ts';
import { useDropPepper } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Why a retired pepper cannot be dropped yet; undefined when it can. */
export function dropObstacle({ keyCount, tokens }: RetiredPepper): string | undefined {
  if (tokens.length > 0) return `Use or replace first: ${tokens.slice(0, 5).join(', ')}.`;
  if (keyCount <= PEPPER_KEYS_MAX) return undefined;
  return `${counted(keyCount, 'key')} would stop. Wait for their next use, or rotate them.`;
}

interface DropPepperDialogProps {
  readonly pepper: RetiredPepper;
  readonly onClose: () => void;
}

/** No longer accepts a retired pepper. Keys that would stop with it are named, and stop only for who types how many they are. */
export function DropPepperDialog({ pepper: { version, keyCount, keys }, onClose }: DropPepperDialogProps) {
  const drop = useDropPepper();
  const { say } = useToasts();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const phrase = `stop ${counted(keyCount, 'key')}`;
  const submit = async () => {
    if (keyCount > 0 && typed.trim() !== phrase) {
      setProblem(`Type ${phrase} to confirm.`);
      return;
    }
    const outcome = await drop.run({ version, stopKeyIds: keys.map(({ keyId }) => keyId) });
    if (!outcome.ok) return;
    say(`Pepper ${String(version)} is dropped`);
    onClose();
  };
  return (
    <FormDialog
      isBusy={drop.isRunning}
      error={drop.error}
      onClose={onClose}
      title={`Drop pepper ${String(version)}`}
      description={
        keyCount === 0
          ? 'Nothing that works is kept under it. This cannot be undone.'
          : 'These keys were not used since the rotation. They stop at once and for good: only a new secret brings one back.'
      }
      submitLabel={`Drop pepper ${String(version)}`}
      isFinal={keyCount > 0}
      onSubmit={() => void submit()}
    >
      {keyCount > 0 && (
        <>
          <ul aria-label="Keys that stop">
            {keys.map(({ keyId, name }) => (
              <li key={keyId}>
                {name} <code>{keyId}</code>
              </li>
            ))}
          </ul>
          <TextField label={`Type “${phrase}”`} value={typed} error={problem} onChange={setTyped} />
        </>
      )}
    </FormDialog>
  );
}
