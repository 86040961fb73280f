import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Plan, Quota, RateLimit } from '#contract/plans.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { duration } from '#renderer/format/durations.ts';
import { count } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
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
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Plan</th>
                <th scope="col">Rate limit</th>
                <th scope="col">Quota</th>
                <th scope="col">Keys</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((plan) => (
                <tr key={plan.id}>
                  <td>
                    <strong>{plan.name}</strong>
                  </td>
                  <td>{rateLimitText(plan.rateLimit)}</td>
                  <td>{quotaText(plan.quota)}</td>
                  <td>{count(plan.keyCount)}</td>
                  <td>
                    <Button variant="quiet" aria-label={`Edit ${plan.name}`} onClick={() => setEditing(plan)}>
                      Edit
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </AsyncRegion>
      {editing !== null && (
        <PlanDialog {...(editing === 'new' ? {} : { plan: editing })} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}

function rateLimitText(limit: RateLimit | null): string {
  return limit === null ? 'none' : `${count(limit.limit)} in ${duration(limit.windowMs)}`;
}

function quotaText(quota: Quota | null): string {
  return quota === null ? 'none' : `${count(quota.limit)} a ${quota.period}`;
}
