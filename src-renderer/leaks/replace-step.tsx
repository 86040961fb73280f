import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
import type { LeakWithTraffic } from '#contract/leaks.ts';
import { useReplaceLeaked } from '#renderer/api/commands.ts';
import { useHandoffChannels } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { DeliveryDialog } from '#renderer/handoffs/delivery.tsx';
import {
  draftFields,
  draftProblem,
  startDraft,
  type HandoffDraft,
} from '#renderer/handoffs/handoff-draft.ts';
import { HandoffFields } from '#renderer/handoffs/handoff-fields.tsx';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { knownAddresses } from './known-addresses.ts';
import { Step } from './step.tsx';
import styles from './leaks.module.css';

interface ReplaceStepProps {
  readonly leak: LeakWithTraffic;
  readonly subject: Key | undefined;
}

/** Gives the owner another key with the same rights. */
export function ReplaceStep({ leak, subject }: ReplaceStepProps) {
  const forbidden = useForbidden()('leaks.replace');
  const blocked = useHandoffChannels().data?.link.blocked ?? undefined;
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<NewHandoff | null>(null);
  const { replacedBy, closedAt } = leak;
  const obstacle =
    forbidden ??
    blocked ??
    (closedAt === null ? undefined : 'The incident is closed.') ??
    ((subject?.parent ?? null) === null
      ? undefined
      : 'A child key: its holder fetches another one with the enrolment token.');
  return (
    <Step title="Replace" done={replacedBy === null ? null : 'Replaced'}>
      {replacedBy === null ? (
        <>
          <p>
            A new key with the same rights and limits goes to its owner by a one-time link. Nobody here sees
            it.
          </p>
          {blocked !== undefined && (
            <p className={styles.quiet}>
              {blocked}{' '}
              <Link to="/settings/$section" params={{ section: 'server' }}>
                Set the public address
              </Link>
            </p>
          )}
          <div className={styles.buttons}>
            <Button
              disabledReason={subject === undefined ? 'The key is not there.' : obstacle}
              onClick={() => setOpen(true)}
            >
              Replace by handoff…
            </Button>
          </div>
        </>
      ) : (
        <p>
          <Link to="/keys/$keyId" params={{ keyId: replacedBy }} search={{ tab: 'handoffs' }}>
            The new key and its handoff
          </Link>
        </p>
      )}
      {isOpen && subject !== undefined && (
        <ReplaceDialog
          leak={leak}
          subject={subject}
          onClose={() => setOpen(false)}
          onMade={(handoff) => {
            setOpen(false);
            setMade(handoff);
          }}
        />
      )}
      {made !== null && <DeliveryDialog made={made} onDone={() => setMade(null)} />}
    </Step>
  );
}

interface ReplaceDialogProps {
  readonly leak: LeakWithTraffic;
  readonly subject: Key;
  readonly onClose: () => void;
  readonly onMade: (made: NewHandoff) => void;
}

function ReplaceDialog({ leak, subject, onClose, onMade }: ReplaceDialogProps) {
  const replace = useReplaceLeaked();
  const known = knownAddresses(leak.traffic?.callers ?? []);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [draft, setDraft] = useState<HandoffDraft>(() => startDraft(subject.contactEmail));
  const [isBound, setBound] = useState(false);
  const submit = async () => {
    const outcome = await replace.run({
      leakId: leak.id,
      ...draftFields(draft),
      ...(isBound ? { ipAllow: [...known] } : {}),
      idempotencyKey,
    });
    if (outcome.ok) onMade(outcome.data);
  };
  return (
    <FormDialog
      title={`Replace ${subject.name}`}
      submitLabel="Make key and link"
      isBusy={replace.isRunning}
      disabledReason={draftProblem(draft)}
      error={replace.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <HandoffFields draft={draft} onChange={setDraft} error={replace.error} way="link" />
      {subject.ipAllow.length === 0 && known.length > 0 && (
        <Checkbox
          label={`The new key works only from addresses that called before: ${known.join(', ')}`}
          isChecked={isBound}
          onChange={setBound}
        />
      )}
    </FormDialog>
  );
}
