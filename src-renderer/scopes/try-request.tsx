import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import type { Simulation } from '#contract/keys.ts';
import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { useSimulate } from '#renderer/api/commands.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './scopes.module.css';

/** Rules that the server takes for one try. */
const DRAFT_RULES_MAX = 1_000;

/** Asks the server, with the same code that verifies, whether these rules would let a request pass. */
export function TryRequest({ rules }: { readonly rules: readonly Rule[] }) {
  const [method, setMethod] = useState<Method>('GET');
  const [path, setPath] = useState('');
  const [tried, setTried] = useState<{ readonly rules: readonly Rule[]; readonly answer: Simulation } | null>(
    null,
  );
  const simulate = useSimulate();
  const isStale = tried !== null && tried.rules !== rules;
  const ask = async () => {
    if (path === '') return;
    const outcome = await simulate.run({ draftRules: rules.slice(0, DRAFT_RULES_MAX), method, path });
    setTried(outcome.ok ? { rules, answer: outcome.data } : null);
  };
  return (
    <div className={styles.try}>
      <h4 className={styles.verdictHead}>Try a request</h4>
      <div className={styles.tryRow}>
        <Select
          label="Method"
          hideLabel
          isSmall
          value={method}
          options={METHODS.map((name) => ({ value: name, label: name }))}
          onChange={(next) => {
            setMethod(next);
            setTried(null);
          }}
        />
        <TextField
          label="Path to try"
          hideLabel
          isSmall
          isMono
          className={styles.grow}
          placeholder="/v1/inventory/42"
          value={path}
          onChange={(next) => {
            setPath(next);
            setTried(null);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            void ask();
          }}
        />
        <Button
          isBusy={simulate.isRunning}
          disabledReason={path === '' ? 'Type a path first.' : undefined}
          onClick={() => void ask()}
        >
          Try
        </Button>
      </div>
      <ErrorNote error={simulate.error} />
      <div role="status">
        {tried !== null && (
          <>
            <Verdict answer={tried.answer} method={method} path={path} />
            {isStale && <p className={styles.meta}>The rules changed since. Try again.</p>}
          </>
        )}
      </div>
    </div>
  );
}

function Verdict(props: { readonly answer: Simulation; readonly method: Method; readonly path: string }) {
  const { answer, method, path } = props;
  if (answer.valid) {
    return (
      <p className={styles.allowed} data-testid="try-result">
        <CircleCheck aria-hidden size={16} /> Allowed by rule <code>{plainRule(answer.rule)}</code>
      </p>
    );
  }
  const why = answer.trace.find((step) => step.outcome === 'fail')?.detail ?? answer.message ?? '';
  return (
    <p className={styles.refused} data-testid="try-result">
      <CircleX aria-hidden size={16} />
      <span>
        {answer.rule === null ? (
          <>Refused: {why === '' ? `no rule allows ${method} ${path}.` : why}</>
        ) : (
          <>
            Refused by rule <code>{plainRule(answer.rule)}</code>
          </>
        )}
      </span>
    </p>
  );
}

/** `allow GET /x (own rule)` → `allow GET /x`: a draft has no name to tell. */
function plainRule(text: string | null): string {
  return (text ?? '').replace(/ \([^()]*\)$/, '');
}
