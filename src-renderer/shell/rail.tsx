import { Link, useRouterState } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useAccessCounts } from '#renderer/api/access-queries.ts';
import { useHandoffCounts } from '#renderer/api/handoff-queries.ts';
import { useKeysPage } from '#renderer/api/queries.ts';
import { cappedCount } from '#renderer/format/numbers.ts';
import { keyFilterOf } from '#renderer/keys/keys-search.ts';
import { Tooltip } from '#renderer/ui/tooltip.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { DESTINATIONS } from './destinations.ts';
import styles from './shell.module.css';

/** The way to every page. */
export function Rail() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const environment = useEnvironment();
  const keys = useKeysPage({ filter: keyFilterOf({}, environment), limit: 1 }, { keepsPrevious: true });
  return (
    <nav className={styles.rail} aria-label="Main">
      {DESTINATIONS.map(({ to, label, icon: Icon, action, group }) => (
        <Fragment key={to}>
          {group !== undefined && <span className={styles.group}>{group}</span>}
          <Tooltip content={label} action={action} side="right">
            <Link
              to={to}
              search={environment === null ? {} : { env: environment }}
              className={styles.item}
              aria-current={path === to || path.startsWith(`${to}/`) ? 'page' : undefined}
            >
              <Icon aria-hidden />
              <span className={styles.label}>{label}</span>
              {to === '/access-requests' && <OpenRequests />}
              {to === '/handoffs' && <HandoffQuestions />}
              {to === '/keys' && (
                <span className={styles.count} data-testid="keys-count">
                  {keys.data === undefined ? '–' : cappedCount(keys.data.total)}
                </span>
              )}
            </Link>
          </Tooltip>
        </Fragment>
      ))}
    </nav>
  );
}

/** How many key requests wait for an answer; nothing when there is none. */
function OpenRequests() {
  const open = useAccessCounts().data?.open ?? 0;
  if (open === 0) return null;
  return (
    <span className={styles.count}>
      {cappedCount(open)}
      <span className="visually-hidden"> open</span>
    </span>
  );
}

/** How many handoffs somebody should look at; nothing when there is none. */
function HandoffQuestions() {
  const questions = useHandoffCounts().data?.attention ?? 0;
  if (questions === 0) return null;
  return (
    <span className={styles.count}>
      {cappedCount(questions)}
      <span className="visually-hidden"> to look at</span>
    </span>
  );
}
