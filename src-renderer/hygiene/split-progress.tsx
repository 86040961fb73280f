import { Link } from '@tanstack/react-router';
import type { Key } from '#contract/keys.ts';
import type { KeySplit } from '#contract/hygiene.ts';
import { useUndoSplit } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { HandoffStateChip } from '#renderer/handoffs/handoff-columns.tsx';
import { useKeyActions, type KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './sharing.module.css';

type Row = KeySplit['keys'][number];

interface SplitProgressProps {
  readonly subject: Key;
  readonly split: KeySplit;
}

/** How far the keys are that a key was split into: each is to be handed over, and its first use tells that it arrived. */
export function SplitProgress({ subject, split }: SplitProgressProps) {
  const undo = useUndoSplit();
  const forbidden = useForbidden()('keys.undoSplit');
  const actions = useKeyActions();
  const { say } = useToasts();
  const takeBack = async () => {
    const outcome = await undo.run({ keyId: subject.keyId });
    if (outcome.ok) say('The split is undone. Its keys are revoked.');
  };
  return (
    <section aria-labelledby="split-heading">
      <h2 id="split-heading" className={styles.heading}>
        Split into keys of their own
      </h2>
      <p className={styles.lead}>
        By {split.by}, <RelativeTime at={split.at} />.{' '}
        {split.endsAt === null ? (
          'The original goes on.'
        ) : (
          <>
            The original ends on <AbsoluteTime at={split.endsAt} />.
          </>
        )}
      </p>
      <PlainTable
        label="Keys of the split"
        columns={columnsWith(actions)}
        rows={split.keys}
        rowKey={({ key }) => key.keyId}
      />
      <span className={styles.buttons}>
        <Button
          isBusy={undo.isRunning}
          disabledReason={
            forbidden ?? (split.undoObstacle === null ? undefined : `Too late: ${split.undoObstacle}`)
          }
          onClick={() => void takeBack()}
        >
          Undo the split
        </Button>
      </span>
      <ErrorNote error={undo.error} />
      {actions.dialogs}
    </section>
  );
}

function columnsWith(actions: KeyActions): readonly PlainColumn<Row>[] {
  return [
    {
      header: 'Key',
      cell: ({ key }) => (
        <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
          {key.name}
        </Link>
      ),
    },
    { header: 'Status', cell: ({ key }) => <StatusChip status={key.status} /> },
    {
      header: 'Handed to',
      cell: ({ handoff }) => (handoff === null ? 'nobody yet' : handoff.recipientName),
    },
    {
      header: 'Handoff',
      cell: ({ handoff }) => (handoff === null ? '–' : <HandoffStateChip handoff={handoff} />),
    },
    {
      header: 'Last used',
      cell: ({ key }) => (key.lastUsedAt === null ? 'never' : <RelativeTime at={key.lastUsedAt} />),
    },
    {
      header: 'Hand over',
      hidesHeader: true,
      align: 'end',
      cell: ({ key, handoff }) =>
        key.lastUsedAt === null && (
          <Button
            disabledReason={actions.obstacle('handOff', key)}
            aria-label={`Hand off ${key.name}`}
            onClick={() => actions.handOff(key)}
          >
            {handoff === null ? 'Hand off…' : 'Hand off again…'}
          </Button>
        ),
    },
  ];
}
