import { useState } from 'react';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';

interface CustomRangeDialogProps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onChoose: (fromMs: number, toMs: number) => void;
  readonly onClose: () => void;
}

/** Two moments for the charts to show. */
export function CustomRangeDialog({ fromMs, toMs, onChoose, onClose }: CustomRangeDialogProps) {
  const [from, setFrom] = useState(() => toLocalInput(fromMs));
  const [to, setTo] = useState(() => toLocalInput(toMs));
  const chosenFrom = fromLocalInput(from);
  const chosenTo = fromLocalInput(to);
  const isBackwards = chosenFrom !== null && chosenTo !== null && chosenTo <= chosenFrom;
  const problem =
    chosenFrom === null || chosenTo === null
      ? 'Choose both moments.'
      : isBackwards
        ? 'The end must come after the start.'
        : undefined;
  const submit = () => {
    if (chosenFrom === null || chosenTo === null || isBackwards) return;
    onChoose(chosenFrom, chosenTo);
    onClose();
  };
  return (
    <FormDialog
      title="Range of the charts"
      size="small"
      submitLabel="Show range"
      isBusy={false}
      disabledReason={problem}
      error={null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label="From" type="datetime-local" value={from} onChange={setFrom} />
      <TextField
        label="To"
        type="datetime-local"
        help="Both in your local time."
        value={to}
        onChange={setTo}
        error={isBackwards ? problem : undefined}
      />
    </FormDialog>
  );
}
