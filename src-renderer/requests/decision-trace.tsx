import { useState } from 'react';
import type { Simulation } from '#contract/keys.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useSimulate } from '#renderer/api/commands.ts';
import { latency } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { OUTCOME_WORDS } from './outcome-chip.tsx';
import { liveTrace, rebuiltTrace } from './rebuilt-trace.ts';
import styles from './requests.module.css';
import { SimulationNotes } from './simulation-notes.tsx';
import { TraceList } from './trace-list.tsx';

/** Why a logged request was allowed or refused, step by step; and what the same request would get now. */
export function DecisionTrace({ row }: { readonly row: RequestRow }) {
  const [answer, setAnswer] = useState<Simulation | null>(null);
  const simulate = useSimulate();
  const lines = rebuiltTrace(row);
  const tryNow = async () => {
    if (row.keyId === null || row.method === null || row.path === null) return;
    const outcome = await simulate.run({
      keyId: row.keyId,
      serviceId: row.serviceId,
      method: row.method,
      path: row.path,
      ...(row.clientIp === null ? {} : { clientIp: row.clientIp }),
      ...(row.userAgent === null ? {} : { userAgent: row.userAgent }),
    });
    setAnswer(outcome.ok ? outcome.data : null);
  };
  return (
    <section className={styles.stack} aria-label="Decision">
      <div className={styles.sectionHead}>
        <h3>Decision</h3>
        <span className={styles.meta}>decided in {latency(row.latencyUs)}</span>
      </div>
      {lines.length === 0 ? (
        <p className={styles.meta}>Verified elsewhere: only the result was reported here.</p>
      ) : (
        <TraceList lines={lines} label="Steps of the decision" />
      )}
      <div className={styles.sectionHead}>
        <Button isBusy={simulate.isRunning} disabledReason={whyNot(row)} onClick={() => void tryNow()}>
          Try again now
        </Button>
        <span className={styles.meta}>Trying spends nothing and is not logged.</span>
      </div>
      <ErrorNote error={simulate.error} />
      <div role="status">
        {answer !== null && (
          <>
            <p className={styles.answer}>
              {answer.valid
                ? 'Now it would be allowed'
                : `Now it would be refused: ${OUTCOME_WORDS[answer.code].toLowerCase()}`}
              {answer.rule !== null && (
                <>
                  {' by '}
                  <code>{answer.rule}</code>
                </>
              )}
              .
            </p>
            <SimulationNotes simulation={answer} />
            <TraceList lines={liveTrace(answer.trace)} label="Steps as they would run now" />
          </>
        )}
      </div>
    </section>
  );
}

function whyNot(row: RequestRow): string | undefined {
  if (row.keyId === null) return 'No known key was sent with this request.';
  if (row.method === null || row.path === null) return 'The service asked for scopes only, without a path.';
  return undefined;
}
