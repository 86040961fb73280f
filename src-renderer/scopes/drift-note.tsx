import { TriangleAlert } from 'lucide-react';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { ruleDrift } from './rule-drift.ts';
import styles from './replay.module.css';
import type { RuleWorkbench } from './use-rule-workbench.ts';

const LISTED_MAX = 10;

/** What changed in the catalogue since the rules were written: rules that match nothing any more, endpoints that are new. */
export function DriftNote(props: { readonly workbench: RuleWorkbench; readonly editedAt: number | null }) {
  const { workbench, editedAt } = props;
  const { withoutEndpoint, newEndpoints } = ruleDrift(
    workbench.allRules,
    workbench.catalogue ?? [],
    editedAt,
  );
  return (
    <>
      {withoutEndpoint.map((text) => (
        <p key={text} className={styles.drift} data-testid="rule-drift">
          <TriangleAlert aria-hidden size={14} />
          <span>
            <code>{text}</code> matches no endpoint of the catalogue.
          </span>
        </p>
      ))}
      {newEndpoints.length > 0 && editedAt !== null && (
        <details>
          <summary>
            {counted(newEndpoints.length, 'endpoint')} new since the last edit, <RelativeTime at={editedAt} />
          </summary>
          <ul aria-label="New endpoints">
            {newEndpoints.slice(0, LISTED_MAX).map(({ endpoint, outcome }) => (
              <li key={endpoint.id}>
                <code>
                  {endpoint.method} {endpoint.path}
                </code>{' '}
                <span className={styles.quiet}>{outcome === 'partly' ? 'partly allowed' : outcome}</span>
              </li>
            ))}
          </ul>
          {newEndpoints.length > LISTED_MAX && (
            <p className={styles.quiet}>and {counted(newEndpoints.length - LISTED_MAX, 'more endpoint')}</p>
          )}
        </details>
      )}
    </>
  );
}
