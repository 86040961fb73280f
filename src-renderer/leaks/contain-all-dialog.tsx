import { useState } from 'react';
import type { TimestampMs } from '#contract/ids.ts';
import type { LeakMatch } from '#contract/leaks.ts';
import { useRecordLeak } from '#renderer/api/commands.ts';
import { useBulk } from '#renderer/keys/use-bulk.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';

interface ContainAllDialogProps {
  readonly matches: readonly LeakMatch[];
  readonly foundAt: TimestampMs;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Revokes several keys as leaked in one command, then begins an incident about each. */
export function ContainAllDialog({ matches, foundAt, onClose, onDone }: ContainAllDialogProps) {
  const bulk = useBulk();
  const record = useRecordLeak();
  const [isRecording, setRecording] = useState(false);
  const submit = async () => {
    const isDone = await bulk.run(
      matches.map(({ keyId }) => keyId),
      { kind: 'revoke', reason: 'leaked', note: null, message: null },
    );
    if (!isDone) return;
    setRecording(true);
    for (const { keyId, secretVersion } of matches) await record.run({ keyId, secretVersion, foundAt });
    onDone();
  };
  const what = counted(matches.length, 'leaked key');
  return (
    <FormDialog
      title={`Revoke ${what}`}
      description="All their requests are refused from the next one on. A key that was revoked as leaked can never be restored."
      submitLabel={`Revoke ${what} now`}
      isFinal
      isBusy={bulk.isRunning || isRecording}
      error={bulk.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ul>
        {matches.slice(0, 20).map(({ keyId, name, applicationName }) => (
          <li key={keyId}>{`${name}, ${applicationName}`}</li>
        ))}
      </ul>
      {matches.length > 20 && <p>{`and ${counted(matches.length - 20, 'more key')}`}</p>}
    </FormDialog>
  );
}
