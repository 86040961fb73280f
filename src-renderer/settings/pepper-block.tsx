import { useState } from 'react';
import type { PepperStatus, RetiredPepper } from '#contract/peppers.ts';
import { useRotatePepper } from '#renderer/api/commands.ts';
import { usePeppers } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { DropPepperDialog, dropObstacle } from './drop-pepper-dialog.tsx';
import styles from './settings.module.css';

/** The peppers under which secrets are kept: a new one at any time, retired ones until nothing is left under them. */
export function PepperBlock() {
  const query = usePeppers();
  return (
    <section className={styles.block} aria-label="Pepper">
      <h2>Pepper</h2>
      <p className={styles.quiet}>
        Of keys and tokens only hashes are kept, made with a pepper that is not in the database. After a
        rotation the former pepper is still accepted: nothing stops, and each secret is kept anew at its next
        use.
      </p>
      <AsyncRegion query={query} subject="The peppers">
        {(status) => <Peppers status={status} />}
      </AsyncRegion>
    </section>
  );
}

function Peppers({ status }: { readonly status: PepperStatus }) {
  const forbidden = useForbidden();
  const [isRotating, setRotating] = useState(false);
  const [dropping, setDropping] = useState<RetiredPepper | null>(null);
  const { current, retired } = status;
  return (
    <>
      <PlainTable
        label="Peppers"
        rows={[{ ...current, retired: null }, ...retired.map((pepper) => ({ ...pepper, retired: pepper }))]}
        rowKey={({ version }) => String(version)}
        columns={[
          { header: 'Pepper', cell: ({ version }) => String(version) },
          { header: 'Made', cell: ({ madeAt }) => <RelativeTime at={madeAt} /> },
          {
            header: 'State',
            cell: ({ retired: pepper }) => (pepper === null ? 'current' : `retired, ${leftWords(pepper)}`),
          },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: ({ retired: pepper }) =>
              pepper !== null && (
                <Button
                  variant="quiet"
                  aria-label={`Drop pepper ${String(pepper.version)}…`}
                  disabledReason={forbidden('peppers.drop') ?? dropObstacle(pepper)}
                  onClick={() => setDropping(pepper)}
                >
                  Drop…
                </Button>
              ),
          },
        ]}
      />
      <p>
        <Button disabledReason={forbidden('peppers.rotate')} onClick={() => setRotating(true)}>
          Rotate pepper…
        </Button>
      </p>
      {isRotating && <RotateDialog onClose={() => setRotating(false)} />}
      {dropping !== null && <DropPepperDialog pepper={dropping} onClose={() => setDropping(null)} />}
    </>
  );
}

/** What is still kept under a retired pepper: `3 keys and 1 token not used since`. */
function leftWords({ keyCount, tokens }: RetiredPepper): string {
  const parts = [
    ...(keyCount === 0 ? [] : [counted(keyCount, 'key')]),
    ...(tokens.length === 0 ? [] : [counted(tokens.length, 'token')]),
  ];
  return parts.length === 0 ? 'nothing is left under it' : `${parts.join(' and ')} not used since`;
}

function RotateDialog({ onClose }: { readonly onClose: () => void }) {
  const rotate = useRotatePepper();
  const { say } = useToasts();
  const confirm = async () => {
    const outcome = await rotate.run({});
    if (!outcome.ok) return;
    say(`Pepper ${String(outcome.data.current.version)} is the current one`);
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={rotate.isRunning}
      title="Rotate the pepper?"
      description="No key and no token stops. The new pepper is in peppers.json of the data directory, sealed with the master secret: whoever keeps a copy of the master secret copies this file with it, after each rotation."
      confirmLabel="Rotate pepper"
    >
      <ErrorNote error={rotate.error} />
    </AlertDialog>
  );
}
