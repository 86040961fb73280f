import { useState } from 'react';
import { SAMPLE_DAYS } from '#contract/samples.ts';
import { useCreateSamples, useDeleteSamples } from '#renderer/api/commands.ts';
import { useSamples } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './sample-data.module.css';

/** Fills the store with four weeks to look at, and takes all of it out again. */
export function SampleData() {
  const samples = useSamples();
  const create = useCreateSamples();
  const remove = useDeleteSamples();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const [isAsking, setAsking] = useState(false);
  if (samples.data === undefined) return null;
  const fill = async () => {
    const outcome = await create.run({});
    if (!outcome.ok) return;
    const { keys, requests } = outcome.data;
    say(`${counted(keys, 'sample key')} and ${counted(requests, 'request')} added.`);
  };
  const empty = async () => {
    const outcome = await remove.run({});
    setAsking(false);
    if (outcome.ok)
      say('The sample data are gone.', { detail: 'The audit trail keeps that they were there.' });
  };
  return (
    <section className={styles.samples} aria-labelledby="sample-data">
      <h2 id="sample-data">Sample data</h2>
      {samples.data.isThere ? (
        <>
          <p>
            There are sample partners, keys and {SAMPLE_DAYS} days of their requests. All of it is marked
            “sample”, and leaves no trace but in the audit trail when you remove it.
          </p>
          <div>
            <Button
              isBusy={remove.isRunning}
              disabledReason={forbidden('samples.delete')}
              onClick={() => setAsking(true)}
            >
              Remove sample data…
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>
            {SAMPLE_DAYS} days of requests by five keys of three partners, to see what the charts, the log and
            the templates show. It can be taken out again whole.
          </p>
          <div>
            <Button
              isBusy={create.isRunning}
              disabledReason={forbidden('samples.create')}
              onClick={() => void fill()}
            >
              {create.isRunning ? 'Filling…' : 'Fill with a demo month'}
            </Button>
          </div>
        </>
      )}
      <ErrorNote error={create.error ?? remove.error} />
      <AlertDialog
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={() => void empty()}
        title="Remove the sample data?"
        description="Their partners, applications, keys, service and requests go, and with them whatever was made under these partners and this service. Your own are left as they are."
        confirmLabel="Remove sample data"
        isBusy={remove.isRunning}
      />
    </section>
  );
}
