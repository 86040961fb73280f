import { Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { ScopeId, ServiceId } from '#contract/ids.ts';
import type { Rule, Scope } from '#contract/scopes.ts';
import { useScopes, useServices } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { EmptyState, ErrorState, SkeletonLines } from '#renderer/ui/states.tsx';
import { CataloguePanel } from './catalogue-panel.tsx';
import { CreateScopeDialog } from './create-scope-dialog.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { RuleList } from './rule-list.tsx';
import type { SourcedRule } from './rule-verdict.ts';
import { ScopeChoices } from './scope-choices.tsx';
import styles from './scopes.module.css';
import { useRuleWorkbench } from './use-rule-workbench.ts';

/** What a key may do: scopes of any service, and rules of its own that apply to every service. */
export interface ScopeSelection {
  readonly scopeIds: readonly ScopeId[];
  readonly rules: readonly Rule[];
}

interface ScopePickerProps {
  /** The service whose scopes and endpoints are shown; null lets the person choose among all. */
  readonly serviceId: ServiceId | null;
  readonly value: ScopeSelection;
  readonly onChange: (value: ScopeSelection) => void;
  /** false: only scopes can be chosen. Default true. */
  readonly canEditRules?: boolean;
  /** When what is edited was saved last; null or absent: never. */
  readonly editedAt?: number | null;
  /** More proof, such as a replay of past requests. */
  readonly proof?: ReactNode;
}

/** Says what a key may call: named scopes, cells of the endpoint grid, rules as text; and proves what that allows. */
export function ScopePicker(props: ScopePickerProps) {
  const { serviceId, value, onChange, canEditRules = true, editedAt = null, proof } = props;
  const services = useServices();
  const scopes = useScopes();
  const [picked, setPicked] = useState<ServiceId | null>(null);
  const all = scopes.data?.items;
  const firstChosen = all?.find((scope) => value.scopeIds.includes(scope.id))?.serviceId;
  const known = services.data?.items ?? [];
  // A service with a catalogue has more to pick from.
  const likely = known.find((service) => service.endpointCount > 0) ?? known[0];
  const shown = serviceId ?? picked ?? firstChosen ?? likely?.id ?? null;

  const failed = services.error ?? scopes.error;
  if (failed !== null && (services.data === undefined || all === undefined)) {
    const retry = () => {
      void services.refetch();
      void scopes.refetch();
    };
    return <ErrorState title="The scopes could not be loaded." error={failed} onRetry={retry} />;
  }
  if (services.data === undefined || all === undefined) return <SkeletonLines lines={8} />;
  const choices = services.data.items.map((service) => {
    const held = all.filter(
      (scope) => scope.serviceId === service.id && value.scopeIds.includes(scope.id),
    ).length;
    return {
      value: service.id,
      label: service.name,
      ...(held > 0 ? { detail: held === 1 ? '1 scope chosen' : `${String(held)} scopes chosen` } : {}),
    };
  });
  return (
    <div className={styles.picker}>
      {serviceId === null && shown !== null && choices.length > 1 && (
        <Select
          label="Service"
          value={shown}
          options={choices}
          onChange={setPicked}
          className={styles.service}
        />
      )}
      <PickerOfService
        key={shown ?? 'none'}
        {...{ value, onChange, canEditRules, editedAt, proof }}
        serviceId={shown}
        scopes={all.filter((scope) => scope.serviceId === shown)}
        otherCount={
          value.scopeIds.filter((id) => all.find((scope) => scope.id === id)?.serviceId !== shown).length
        }
      />
    </div>
  );
}

interface PickerOfServiceProps extends Required<Omit<ScopePickerProps, 'proof'>> {
  readonly proof: ReactNode;
  readonly scopes: readonly Scope[];
  /** Chosen scopes of other services. */
  readonly otherCount: number;
}

function PickerOfService(props: PickerOfServiceProps) {
  const { serviceId, value, onChange, canEditRules, scopes, otherCount, editedAt, proof } = props;
  const [isCreating, setCreating] = useState(false);
  const scopeRules = useMemo(
    () => rulesOf(scopes.filter((scope) => value.scopeIds.includes(scope.id))),
    [scopes, value.scopeIds],
  );
  const workbench = useRuleWorkbench(serviceId, value.rules, scopeRules);
  const effective = useMemo(
    () => [...value.rules, ...scopeRules.map((sourced) => sourced.rule)],
    [value.rules, scopeRules],
  );
  const changeRules = (rules: readonly Rule[]) => onChange({ ...value, rules });
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <section className={styles.stack} aria-label="Scopes">
          <h3>Scopes</h3>
          {scopes.length === 0 ? (
            <NoScopes serviceId={serviceId} />
          ) : (
            <ScopeChoices
              scopes={scopes}
              chosen={value.scopeIds}
              onChange={(scopeIds) => onChange({ ...value, scopeIds })}
            />
          )}
          {otherCount > 0 && (
            <p className={styles.meta}>
              {otherCount === 1 ? 'One scope' : `${String(otherCount)} scopes`} of other services{' '}
              {otherCount === 1 ? 'is' : 'are'} chosen too.
            </p>
          )}
        </section>
        <section className={styles.stack} aria-label="Endpoints">
          <h3>Endpoints</h3>
          <CataloguePanel
            {...{ serviceId, workbench }}
            ownRules={value.rules}
            onChange={canEditRules ? changeRules : undefined}
          />
        </section>
      </div>
      <div className={styles.stack}>
        {canEditRules && (
          <RuleList
            heading="Rules of this key"
            help="They apply to every service, beside the scopes."
            rules={value.rules}
            flags={workbench.flags}
            onChange={changeRules}
          />
        )}
        {canEditRules && value.rules.length > 0 && serviceId !== null && (
          <div>
            <Button variant="quiet" onClick={() => setCreating(true)}>
              Create scope from these rules
            </Button>
          </div>
        )}
        <ProofPanel workbench={workbench} rules={effective} editedAt={editedAt}>
          {proof}
        </ProofPanel>
      </div>
      {isCreating && serviceId !== null && (
        <CreateScopeDialog
          serviceId={serviceId}
          rules={value.rules}
          onClose={() => setCreating(false)}
          onCreated={(scope) => {
            setCreating(false);
            onChange({ scopeIds: [...value.scopeIds, scope.id], rules: [] });
          }}
        />
      )}
    </div>
  );
}

function NoScopes({ serviceId }: { readonly serviceId: ServiceId | null }) {
  return (
    <div className={styles.frame}>
      <EmptyState
        title={serviceId === null ? 'No service yet' : 'This service has no named scopes yet'}
        actions={
          serviceId === null ? (
            <Link to="/services">Add a service</Link>
          ) : (
            <Link to="/services/$serviceId" params={{ serviceId }} search={{ tab: 'scopes' }}>
              Create a scope
            </Link>
          )
        }
      >
        {serviceId === null
          ? 'Services ask Latchkey whether a request may pass. Rules can be written without one.'
          : 'Use the grid or write rules, and turn them into a scope to use them again.'}
      </EmptyState>
    </div>
  );
}

function rulesOf(scopes: readonly Scope[]): readonly SourcedRule[] {
  return scopes.flatMap((scope) => scope.rules.map((rule) => ({ rule, scopeName: scope.name })));
}
