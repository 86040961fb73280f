import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Plan } from '#contract/plans.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { count } from '#renderer/format/numbers.ts';
import { limitFacts } from '#renderer/limits/limit-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import styles from './settings.module.css';

/** Plans: rate limit and quota under a name, shared by keys. */
export function PlansSection() {
  const query = usePlans();
  const [editing, setEditing] = useState<Plan | 'new' | null>(null);
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Plans</h2>
        <Button
          variant="primary"
          className={styles.spacer}
          icon={<Plus aria-hidden />}
          onClick={() => setEditing('new')}
        >
          New plan
        </Button>
      </div>
      <AsyncRegion
        query={query}
        subject="The plans"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No plans yet">
            A plan gives the same limits to many keys. A key’s own limits win.
          </EmptyState>
        }
      >
        {(data) => (
          <PlainTable
            rows={data.items}
            rowKey={(plan) => plan.id}
            columns={[
              { header: 'Plan', cell: (plan) => <strong>{plan.name}</strong> },
              { header: 'Limits', cell: (plan) => <PlanLimits plan={plan} /> },
              { header: 'Keys', align: 'end', cell: (plan) => count(plan.keyCount) },
              {
                header: 'Actions',
                hidesHeader: true,
                align: 'end',
                cell: (plan) => (
                  <Button variant="quiet" aria-label={`Edit ${plan.name}`} onClick={() => setEditing(plan)}>
                    Edit
                  </Button>
                ),
              },
            ]}
          />
        )}
      </AsyncRegion>
      {editing !== null && (
        <PlanDialog {...(editing === 'new' ? {} : { plan: editing })} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}

function PlanLimits({ plan }: { readonly plan: Plan }) {
  const facts = limitFacts(plan);
  if (facts.length === 0) return 'none';
  return (
    <ul>
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}
