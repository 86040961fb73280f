import { useState, type ReactNode } from 'react';
import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { count } from '#renderer/format/numbers.ts';
import { DriftNote } from './drift-note.tsx';
import { endpointVerdict, type ReadyRules } from './rule-verdict.ts';
import { scopeSentence } from './scope-sentence.ts';
import styles from './scopes.module.css';
import { TryRequest } from './try-request.tsx';
import type { RuleWorkbench } from './use-rule-workbench.ts';

interface ProofPanelProps {
  readonly workbench: RuleWorkbench;
  readonly rules: readonly Rule[];
  /** When the rules were saved last; endpoints that came later are pointed out. */
  readonly editedAt?: number | null;
  /** More proof, such as a replay of past requests. */
  readonly children?: ReactNode;
}

/** What the rules come to: a sentence, the catalogue in numbers, and a request to try. */
export function ProofPanel({ workbench, rules, editedAt = null, children }: ProofPanelProps) {
  const { catalogue = [], counts, allRules } = workbench;
  return (
    <section className={styles.proof} aria-label="What this allows">
      <h3>What this allows</h3>
      <p data-testid="scope-sentence">{scopeSentence(rules)}</p>
      {catalogue.length > 0 && (
        <>
          <p className={styles.counts} role="status">
            <span>
              <strong>{count(counts.allowed)}</strong> allowed
            </span>
            {counts.partly > 0 && (
              <span>
                <strong>{count(counts.partly)}</strong> partly
              </span>
            )}
            <span>
              <strong>{count(counts.denied)}</strong> denied
            </span>
            <span className={styles.meta}>of {count(catalogue.length)} endpoints in the catalogue</span>
          </p>
          <VerdictList catalogue={catalogue} rules={allRules} />
        </>
      )}
      <p className={styles.meta}>
        Default deny: what no rule allows is refused. Deny wins: a deny rule stands even where an allow rule
        fits.
      </p>
      <DriftNote workbench={workbench} editedAt={editedAt} />
      <TryRequest rules={rules} />
      {children}
    </section>
  );
}

const LISTED_MAX = 200;

function VerdictList(props: {
  readonly catalogue: readonly { readonly method: Method; readonly path: string }[];
  readonly rules: ReadyRules;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>List them</summary>
      {isOpen && (
        <div className={styles.verdicts}>
          {(['allowed', 'partly', 'denied'] as const).map((outcome) => {
            const matching = props.catalogue.filter(
              (endpoint) => endpointVerdict(props.rules, endpoint).outcome === outcome,
            );
            if (matching.length === 0) return null;
            return (
              <div key={outcome}>
                <h4 className={styles.verdictHead}>{OUTCOME_WORDS[outcome]}</h4>
                <ul className={styles.verdictItems}>
                  {matching.slice(0, LISTED_MAX).map((endpoint) => (
                    <li key={`${endpoint.method} ${endpoint.path}`}>
                      {endpoint.method} {endpoint.path}
                    </li>
                  ))}
                </ul>
                {matching.length > LISTED_MAX && (
                  <p className={styles.meta}>and {count(matching.length - LISTED_MAX)} more</p>
                )}
              </div>
            );
          })}
        </div>
      )}
    </details>
  );
}

const OUTCOME_WORDS = { allowed: 'Allowed', partly: 'Partly allowed', denied: 'Denied' } as const;
