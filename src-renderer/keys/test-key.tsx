import { useState } from 'react';
import type { Key, Simulation } from '#contract/keys.ts';
import { METHODS, type Method } from '#contract/scopes.ts';
import { useSimulate } from '#renderer/api/commands.ts';
import { useScopes } from '#renderer/api/queries.ts';
import { latency } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './dialogs.module.css';
import { sampleRequest } from './sample-request.ts';

const METHOD_OPTIONS = METHODS.map((method) => ({ value: method, label: method }));

/** Asks the verifier what a request with this key would come to. Only the key id is sent, never the secret. */
export function TestKey({ subject }: { readonly subject: Key }) {
  const scopes = useScopes();
  const simulate = useSimulate();
  const held = scopes.data?.items.filter((scope) => subject.scopeIds.includes(scope.id)) ?? [];
  const sample = sampleRequest([...subject.rules, ...held.flatMap((scope) => scope.rules)]);
  const [method, setMethod] = useState<Method | null>(null);
  const [path, setPath] = useState<string | null>(null);
  const [decision, setDecision] = useState<Simulation | null>(null);
  const serviceId = held[0]?.serviceId;

  const test = async () => {
    const outcome = await simulate.run({
      keyId: subject.keyId,
      method: method ?? sample.method,
      path: path ?? sample.path,
      ...(serviceId === undefined ? {} : { serviceId }),
    });
    setDecision(outcome.ok ? outcome.data : null);
  };

  return (
    <section className={styles.part} aria-label="Test this key">
      <h3>Test this key</h3>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault();
          void test();
        }}
      >
        <Select
          label="Method"
          hideLabel
          className={styles.method}
          value={method ?? sample.method}
          options={METHOD_OPTIONS}
          onChange={setMethod}
        />
        <TextField
          label="Path"
          hideLabel
          isMono
          className={styles.grow}
          value={path ?? sample.path}
          onChange={setPath}
        />
        <Button type="submit" isBusy={simulate.isRunning}>
          Test this key
        </Button>
      </form>
      <div aria-live="polite">{decision !== null && <DecisionView decision={decision} />}</div>
      <ErrorNote error={simulate.error} />
    </section>
  );
}

const OUTCOME_WORDS = { pass: 'passed', fail: 'failed', skip: 'not needed' } as const;

function DecisionView({ decision }: { readonly decision: Simulation }) {
  const totalUs = decision.trace.reduce((sum, step) => sum + step.durationUs, 0);
  return (
    <div className={classNames(styles.decision, !decision.valid && styles.refused)}>
      <p>
        <strong>{decision.valid ? 'Allowed' : `Refused: ${decision.code}`}</strong>
        {decision.rule !== null && (
          <>
            {' '}
            by <code>{decision.rule}</code>
          </>
        )}{' '}
        in {latency(totalUs)}
      </p>
      {decision.message !== null && <p>{decision.message}</p>}
      <ol className={styles.trace}>
        {decision.trace.map((step) => (
          <li key={step.step}>
            <span>{step.step}</span>
            <span>{OUTCOME_WORDS[step.outcome]}</span>
            <span>{step.detail}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
