import { useState } from 'react';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import { useMergeAccess, useUnmergeAccess } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { sameWords, STATE_WORDS } from './access-words.ts';

interface MergeDialogProps {
  readonly request: AccessRequestDetail;
  readonly onClose: () => void;
}

/** Closes a request that says the same as another one, which is chosen among those that are similar. */
export function MergeDialog({ request, onClose }: MergeDialogProps) {
  const merge = useMergeAccess();
  const unmerge = useUnmergeAccess();
  const { say } = useToasts();
  const [intoId, setIntoId] = useState(request.similar[0]?.id ?? '');
  const into = request.similar.find(({ id }) => id === intoId);
  const submit = async () => {
    if (into === undefined) return;
    const outcome = await merge.run({ accessRequestId: request.id, intoId: into.id });
    if (!outcome.ok) return;
    say(`Merged ${request.reference} into ${into.reference}.`, {
      action: { label: 'Undo', onSelect: () => void unmerge.run({ accessRequestId: request.id }) },
    });
    onClose();
  };
  return (
    <FormDialog
      title={`Merge ${request.reference} into another request`}
      submitLabel="Merge"
      isBusy={merge.isRunning}
      disabledReason={into === undefined ? 'Choose the request that stays.' : undefined}
      error={merge.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        This request is closed. Its page shows {request.contactEmail} what becomes of the other one, with what
        you answer there; the key goes to the contact of the other one only.
      </p>
      <RadioGroup
        label="The request that stays"
        value={intoId}
        options={request.similar.map((other) => ({
          value: other.id,
          label: `${other.reference}: ${other.application}, ${STATE_WORDS[other.state].word}`,
          detail: `${sameWords(other.same)} · ${other.contactEmail}`,
        }))}
        onChange={setIntoId}
      />
    </FormDialog>
  );
}
