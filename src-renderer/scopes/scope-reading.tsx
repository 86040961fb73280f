import { useMemo, useState, type ReactNode } from 'react';
import type { ServiceId } from '#contract/ids.ts';
import type { Scope } from '#contract/scopes.ts';
import { useScopes, useServices } from '#renderer/api/queries.ts';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorState, SkeletonLines } from '#renderer/ui/states.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { CataloguePanel } from './catalogue-panel.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { ruleLine } from './rule-text.ts';
import type { SourcedRule } from './rule-verdict.ts';
import type { ScopeSelection } from './scope-picker.tsx';
import styles from './scopes.module.css';
import { useRuleWorkbench } from './use-rule-workbench.ts';

interface ScopeReadingProps {
  readonly value: ScopeSelection;
  /** When it was saved last. */
  readonly editedAt: number;
  /** More proof, such as what a replay found. */
  readonly proof: ReactNode;
}

/** What a key may call, to read: its scopes and own rules, the catalogue under them, and a request to try. */
export function ScopeReading({ value, editedAt, proof }: ScopeReadingProps) {
  const services = useServices();
  const scopes = useScopes();
  const [picked, setPicked] = useState<ServiceId | null>(null);
  const error = services.error ?? scopes.error;
  if (services.data === undefined || scopes.data === undefined) {
    if (error === null) return <SkeletonLines lines={8} />;
    const retry = () => {
      void services.refetch();
      void scopes.refetch();
    };
    return <ErrorState title="The scopes could not be loaded." error={error} onRetry={retry} />;
  }
  const held = scopes.data.items.filter((scope) => value.scopeIds.includes(scope.id));
  const heldOf = (id: ServiceId) => held.filter((scope) => scope.serviceId === id);
  // Own rules reach every service; without any, only services with a scope of the key have something to show.
  const reached = services.data.items.filter(
    (service) => value.rules.length > 0 || heldOf(service.id).length > 0,
  );
  const shown = picked ?? held[0]?.serviceId ?? reached[0]?.id ?? null;
  return (
    <div className={styles.picker}>
      {reached.length > 1 && shown !== null && (
        <Select
          label="Service"
          value={shown}
          options={reached.map((service) => ({ value: service.id, label: service.name }))}
          onChange={setPicked}
          className={styles.service}
        />
      )}
      <ReadingOfService
        key={shown ?? 'none'}
        serviceId={shown}
        scopes={shown === null ? [] : heldOf(shown)}
        value={value}
        editedAt={editedAt}
        proof={proof}
      />
    </div>
  );
}

interface ReadingOfServiceProps {
  readonly serviceId: ServiceId | null;
  /** Scopes of this service that the key holds. */
  readonly scopes: readonly Scope[];
  readonly value: ScopeSelection;
  readonly editedAt: number;
  readonly proof: ReactNode;
}

function ReadingOfService({ serviceId, scopes, value, editedAt, proof }: ReadingOfServiceProps) {
  const scopeRules = useMemo<readonly SourcedRule[]>(
    () => scopes.flatMap((scope) => scope.rules.map((rule) => ({ rule, scopeName: scope.name }))),
    [scopes],
  );
  const workbench = useRuleWorkbench(serviceId, value.rules, scopeRules);
  const rules = useMemo(
    () => [...value.rules, ...scopeRules.map((sourced) => sourced.rule)],
    [value.rules, scopeRules],
  );
  return (
    <div className={styles.columns}>
      <section className={styles.stack} aria-label="Endpoints">
        <h3>Endpoints</h3>
        <CataloguePanel serviceId={serviceId} workbench={workbench} ownRules={value.rules} />
      </section>
      <div className={styles.stack}>
        <section className={styles.stack} aria-label="Scopes and rules">
          <h3>Scopes and rules</h3>
          {scopes.length === 0 && value.rules.length === 0 && (
            <p className={styles.meta}>None: every request is refused.</p>
          )}
          <ul className={styles.choices}>
            {scopes.map((scope) => (
              <li key={scope.id} className={styles.choice}>
                <span className={textStyles.twoLines}>
                  <code className={styles.scopeName}>{scope.name}</code>
                  {scope.description !== '' && <span className={styles.meta}>{scope.description}</span>}
                </span>
                <RuleLines rules={scope.rules} />
              </li>
            ))}
            {value.rules.length > 0 && (
              <li className={styles.choice}>
                <span>Rules of this key</span>
                <RuleLines rules={value.rules} />
              </li>
            )}
          </ul>
        </section>
        <ProofPanel workbench={workbench} rules={rules} editedAt={editedAt}>
          {proof}
        </ProofPanel>
      </div>
    </div>
  );
}

function RuleLines({ rules }: { readonly rules: ScopeSelection['rules'] }) {
  return (
    <span className={styles.scopeRules}>
      {rules.map((rule) => (
        <code key={ruleLine(rule)} data-effect={rule.effect}>
          {ruleLine(rule)}
        </code>
      ))}
    </span>
  );
}
