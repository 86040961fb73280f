import { useState } from 'react';
import type { Key, Simulation } from '#contract/keys.ts';
import { METHODS, type Method } from '#contract/http-methods.ts';
import { useSimulate } from '#renderer/api/commands.ts';
import { useScopes } from '#renderer/api/queries.ts';
import { latency } from '#renderer/format/durations.ts';
import { OUTCOME_WORDS } from '#renderer/requests/outcome-chip.tsx';
import { liveTrace } from '#renderer/requests/rebuilt-trace.ts';
import { SimulationNotes } from '#renderer/requests/simulation-notes.tsx';
import { TraceList } from '#renderer/requests/trace-list.tsx';
import { isBound } from '#renderer/bindings/binding-draft.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
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
  const [caller, setCaller] = useState<Caller>(NOBODY);
  const [isSigned, setIsSigned] = useState(true);
  const [decision, setDecision] = useState<Simulation | null>(null);
  const serviceId = held[0]?.serviceId;

  const test = async () => {
    const outcome = await simulate.run({
      keyId: subject.keyId,
      method: method ?? sample.method,
      path: path ?? sample.path,
      ...(serviceId === undefined ? {} : { serviceId }),
      ...callerOf(caller),
      isSigned,
    });
    setDecision(outcome.ok ? outcome.data : null);
  };

  return (
    <section className={styles.part} aria-label="Test this key">
      <h2>Test this key</h2>
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
      {isBound(subject) && <CallerFields caller={caller} onChange={setCaller} />}
      {subject.signedBy !== null && (
        <Checkbox
          label="Signed as the key wants it"
          help="Without it the answer is the one that an unsigned request gets."
          isChecked={isSigned}
          onChange={setIsSigned}
        />
      )}
      <div aria-live="polite">{decision !== null && <DecisionView decision={decision} />}</div>
      <ErrorNote error={simulate.error} />
    </section>
  );
}

interface Caller {
  readonly clientIp: string;
  readonly origin: string;
  readonly userAgent: string;
}
const NOBODY: Caller = { clientIp: '', origin: '', userAgent: '' };

/** What the bindings of the key look at. */
function CallerFields(props: { readonly caller: Caller; readonly onChange: (caller: Caller) => void }) {
  const { caller, onChange } = props;
  return (
    <div className={styles.row}>
      <TextField
        label="Client address"
        isOptional
        isMono
        className={styles.grow}
        value={caller.clientIp}
        onChange={(clientIp) => onChange({ ...caller, clientIp })}
      />
      <TextField
        label="Origin"
        isOptional
        isMono
        className={styles.grow}
        value={caller.origin}
        onChange={(origin) => onChange({ ...caller, origin })}
      />
      <TextField
        label="User agent"
        isOptional
        isMono
        className={styles.grow}
        value={caller.userAgent}
        onChange={(userAgent) => onChange({ ...caller, userAgent })}
      />
    </div>
  );
}

function callerOf(caller: Caller): Partial<Caller> {
  return Object.fromEntries(Object.entries(caller).filter(([, text]) => text !== ''));
}

function DecisionView({ decision }: { readonly decision: Simulation }) {
  const totalUs = decision.trace.reduce((sum, step) => sum + step.durationUs, 0);
  return (
    <div className={classNames(styles.decision, !decision.valid && styles.refused)}>
      <p>
        <strong>
          {decision.valid ? 'Allowed' : `Refused: ${OUTCOME_WORDS[decision.code].toLowerCase()}`}
        </strong>
        {decision.rule !== null && (
          <>
            {' '}
            by <code>{decision.rule}</code>
          </>
        )}{' '}
        in {latency(totalUs)}
      </p>
      {decision.message !== null && <p>{decision.message}</p>}
      <SimulationNotes simulation={decision} />
      <TraceList lines={liveTrace(decision.trace)} label="Steps of the test" />
    </div>
  );
}
