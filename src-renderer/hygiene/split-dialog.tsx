import { useState } from 'react';
import { timestampMs } from '#contract/ids.ts';
import { SPLIT_KEYS_MAX } from '#contract/hygiene.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useSplitKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { ruleLine } from '#renderer/scopes/rule-text.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { offeredName, partyName, type Party } from './sharing-words.ts';
import styles from './sharing.module.css';

/** How long the original goes on unless told otherwise: time to hand the keys over and to move. */
const ENDS_AFTER_MS = 14 * DAY_MS;
/** More networks than that are people on the move: bound to them they would be refused tomorrow. */
const BOUND_NETWORKS_MAX = 3;

interface PartDraft {
  readonly name: string;
  readonly isNarrow: boolean;
  readonly isBound: boolean;
}

interface SplitDialogProps {
  readonly subject: Key;
  readonly parties: readonly Party[];
  readonly onClose: () => void;
}

/** A key for each party, with what it used, and an end for the original. Handing them over is the next step. */
export function SplitDialog({ subject, parties, onClose }: SplitDialogProps) {
  const split = useSplitKey();
  const { say } = useToasts();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [endsAt, setEndsAt] = useState(() => toLocalInput(nowMs() + ENDS_AFTER_MS));
  const told = parties.slice(0, SPLIT_KEYS_MAX);
  const [parts, setParts] = useState<readonly PartDraft[]>(() =>
    told.map((party, index) => ({
      name: offeredName(subject, party, index),
      isNarrow: party.rules !== null,
      isBound: false,
    })),
  );
  const change = (index: number, next: Partial<PartDraft>) =>
    setParts((all) => all.map((part, at) => (at === index ? { ...part, ...next } : part)));
  const ends = fromLocalInput(endsAt);
  const submit = async () => {
    const outcome = await split.run({
      keyId: subject.keyId,
      endsAt: timestampMs.parse(ends ?? 0),
      parts: parts.map(({ name, isNarrow, isBound }, index) => ({
        name,
        rules: isNarrow ? (told[index]?.rules ?? null) : null,
        ipAllow: isBound ? [...(told[index]?.networks ?? [])] : [],
      })),
      idempotencyKey,
    });
    if (!outcome.ok) return;
    say(`${subject.name} is split into ${counted(parts.length, 'key')}. Hand them over next.`);
    onClose();
  };
  return (
    <FormDialog
      title={`Split ${subject.name} into ${counted(parts.length, 'key')}`}
      description="Each key may do what its party did, and never more than this one. Nobody sees their secrets: each gets a new one when you hand it over. This key goes on until the date below, so that nobody is cut off."
      size="large"
      submitLabel={`Make ${counted(parts.length, 'key')}`}
      isBusy={split.isRunning}
      disabledReason={ends === null ? 'Say when the original ends.' : undefined}
      error={split.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ol className={styles.parts}>
        {parts.map((part, index) => {
          const party = told[index];
          return party === undefined ? null : (
            <PartFields
              key={partyName(party, index)}
              {...{ part, party, index }}
              error={(path) => split.error?.field(`parts.${String(index)}.${path}`)}
              onChange={(next) => change(index, next)}
            />
          );
        })}
      </ol>
      <TextField
        label="The original ends"
        type="datetime-local"
        value={endsAt}
        onChange={setEndsAt}
        error={split.error?.field('endsAt') ?? split.error?.field('expiresAt')}
        required
      />
    </FormDialog>
  );
}

interface PartFieldsProps {
  readonly part: PartDraft;
  readonly party: Party;
  readonly index: number;
  readonly error: (path: string) => string | undefined;
  readonly onChange: (next: Partial<PartDraft>) => void;
}

function PartFields({ part, party, index, error, onChange }: PartFieldsProps) {
  const { networks, networkCount, rules } = party;
  const isTooMany = networkCount > BOUND_NETWORKS_MAX;
  const rulesError = error('rules');
  return (
    <li className={styles.part} aria-label={partyName(party, index)}>
      <TextField
        label={`Name of the key for ${partyName(party, index)}`}
        value={part.name}
        onChange={(name) => onChange({ name })}
        error={error('name')}
        required
      />
      <Checkbox
        label="Only what it called in the last 29 days"
        help={
          rules === null
            ? 'What it called cannot be said by rules: it gets all that the original may.'
            : 'Not ticked, it gets all that the original may.'
        }
        isChecked={part.isNarrow}
        disabled={rules === null}
        onChange={(isNarrow) => onChange({ isNarrow })}
      />
      {rules !== null && part.isNarrow && (
        <Disclosure isInUse={false} label={`${counted(rules.length, 'rule')} for ${partyName(party, index)}`}>
          <ul className={styles.rules}>
            {rules.map((rule) => (
              <li key={ruleLine(rule)}>
                <code>{ruleLine(rule)}</code>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      {rulesError !== undefined && <p role="alert">{rulesError}</p>}
      <Checkbox
        label={`Only from ${counted(networkCount, 'network')} that it came from`}
        help={isTooMany ? 'It comes from too many networks to be bound to them.' : networks.join(', ')}
        isChecked={part.isBound}
        disabled={isTooMany || networks.every((network) => network === '')}
        onChange={(isBound) => onChange({ isBound })}
      />
    </li>
  );
}
