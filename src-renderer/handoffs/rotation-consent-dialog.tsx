import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { ConsentOwner } from '#contract/rotation-handoffs.ts';
import { useSetRotationHandoff } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './handoffs.module.css';
import {
  consentOf,
  consentWords,
  LINK_OPTIONS,
  OVERLAP_OPTIONS,
  startConsent,
  TRY_OPTIONS,
  type WhenDue,
} from './rotation-consent-draft.ts';

interface RotationConsentDialogProps {
  readonly owner: ConsentOwner;
  readonly present: Output<'rotations.handoff'>;
  readonly onClose: () => void;
}

/** Whether a due rotation is carried out and handed to the contact by itself. */
export function RotationConsentDialog({ owner, present, onClose }: RotationConsentDialogProps) {
  const set = useSetRotationHandoff();
  const { say } = useToasts();
  const [draft, setDraft] = useState(() => startConsent(present));
  const change = (changes: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...changes }));
  const submit = async () => {
    const outcome = await set.run({ owner, consent: consentOf(draft) });
    if (!outcome.ok) return;
    say(`When a rotation is due: ${consentWords(outcome.data.own ?? outcome.data.inherited)}.`);
    onClose();
  };
  return (
    <FormDialog
      title="When a rotation is due"
      submitLabel="Save choice"
      isBusy={set.isRunning}
      error={set.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <RadioGroup
        label="Then"
        value={draft.when}
        options={whenOptions(owner, present)}
        onChange={(when) => change({ when })}
      />
      {draft.when === 'hand_over' && (
        <>
          <p>
            Nobody here sees the new secret. The contact of the application gets a link by mail; its six words
            wait under Handoffs for one of you to pass on by another way. The old secret ends only after the
            new one was used: until then callers go on as before.
          </p>
          {present.obstacle !== null && (
            <p className={styles.question} role="note">
              Not yet possible. {present.obstacle}
            </p>
          )}
          <Select
            label="Old secret goes on after the first use of the new one"
            value={draft.overlap}
            options={OVERLAP_OPTIONS}
            onChange={(overlap) => change({ overlap })}
          />
          <Select
            label="Each link is good for"
            value={draft.life}
            options={LINK_OPTIONS}
            onChange={(life) => change({ life })}
          />
          <Select
            label="If nobody comes, send"
            help="Then the old secret stays, and you are asked."
            value={draft.tries}
            options={TRY_OPTIONS}
            onChange={(tries) => change({ tries })}
          />
        </>
      )}
    </FormDialog>
  );
}

function whenOptions(
  owner: ConsentOwner,
  { inherited }: Output<'rotations.handoff'>,
): readonly Option<WhenDue>[] {
  const common: Option<WhenDue> = {
    value: 'template',
    label: owner.kind === 'template' ? 'Each key as it says itself' : 'As its template says',
    detail: owner.kind === 'template' ? 'else somebody is reminded' : consentWords(inherited),
  };
  return [
    { value: 'remind', label: 'Remind us', detail: 'we rotate and hand over by hand' },
    { value: 'hand_over', label: 'Rotate and send the new secret to the contact' },
    ...(owner.kind === 'template' || inherited !== null ? [common] : []),
  ];
}
