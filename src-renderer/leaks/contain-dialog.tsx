import { useState } from 'react';
import type { LeakId, TimestampMs } from '#contract/ids.ts';
import type { LeakMatch } from '#contract/leaks.ts';
import { counted } from '#renderer/format/numbers.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { GoodTrafficNote } from '#renderer/blocked-sources/good-traffic-note.tsx';
import { CallerList } from '#renderer/keys/caller-list.tsx';
import { useRecentImpact } from '#renderer/keys/recent-impact.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { callersToBlock } from './known-addresses.ts';
import { useContain, type Containment } from './use-contain.ts';

const PLACE_CHARACTERS_MAX = 200;

interface ContainDialogProps {
  readonly containment: Containment;
  readonly match: Pick<LeakMatch, 'keyId' | 'name' | 'environment' | 'secretVersion' | 'partnerName'>;
  /** Where it was found, as far as the search knows. */
  readonly place: string;
  readonly foundAt: TimestampMs;
  readonly onClose: () => void;
  /** null: it is contained, but there is no incident to go to. */
  readonly onDone: (leakId: LeakId | null) => void;
}

/** Asks once, with what stops, and contains. Whoever holds the key has shown that they mean it: no name is to be typed. */
export function ContainDialog(props: ContainDialogProps) {
  const { containment, match, foundAt, onClose, onDone } = props;
  const [place, setPlace] = useState(props.place.slice(0, PLACE_CHARACTERS_MAX));
  const { contain, isRunning, error } = useContain();
  const impact = useRecentImpact(match).data;
  const [isBlocking, setBlocking] = useState(false);
  const sources = callersToBlock(impact?.callers ?? []);
  const forbidden = useForbidden()('blockedSources.add');
  const isFinal = containment === 'revoke';
  const submit = async () => {
    const contained = await contain({
      containment,
      match,
      place: place.trim(),
      foundAt,
      sources: isBlocking ? sources : [],
    });
    if (contained !== null) onDone(contained.leakId);
  };
  return (
    <FormDialog
      title={isFinal ? 'Revoke leaked key' : 'Suspend leaked key'}
      description={
        <KeyRef
          keyId={match.keyId}
          name={match.name}
          environment={match.environment}
          note={match.partnerName}
        />
      }
      submitLabel={isFinal ? 'Revoke now' : 'Suspend now'}
      isFinal={isFinal}
      isBusy={isRunning}
      error={error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>
        {isFinal
          ? 'All its requests are refused from the next one on. A key that was revoked as leaked can never be restored.'
          : 'All its requests are refused until somebody resumes it. Who has read the key keeps it: revoke it when you are sure.'}
      </p>
      {impact !== undefined && impact.totals.total > 0 && (
        <>
          <p>
            <strong>{counted(impact.totals.total, 'request')}</strong> in the last hour from{' '}
            {counted(impact.callers.length, 'caller')} will stop.
          </p>
          <CallerList callers={impact.callers} label="Callers of the last hour" />
          {forbidden === undefined && sources.length > 0 && (
            <>
              <Checkbox
                label={`Block ${counted(sources.length, 'address', 'addresses')} of these callers for every key, too`}
                isChecked={isBlocking}
                onChange={setBlocking}
                help="Not when the owner calls from there."
              />
              {isBlocking && <GoodTrafficNote networks={sources} exceptKeyId={match.keyId} />}
            </>
          )}
        </>
      )}
      <TextField
        label="Where it was found"
        isOptional
        maxLength={PLACE_CHARACTERS_MAX}
        value={place}
        onChange={setPlace}
        help="An address or a file name, for the report. Not the key."
      />
    </FormDialog>
  );
}
