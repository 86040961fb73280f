import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RequestRow } from '#contract/requests.ts';
import { useRequestContext } from '#renderer/api/traffic-queries.ts';
import { clockTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import explorer from './explorer.module.css';
import { OutcomeChip } from './outcome-chip.tsx';
import styles from './requests.module.css';
import { StatusCode } from './status-code.tsx';

/** Rows before and after. */
const ROWS = 10;

/** What the same key, or the same caller, did just before and after a request. */
export function RowContext({ row }: { readonly row: RequestRow }) {
  const [of, setOf] = useState<'key' | 'caller'>(row.keyId === null ? 'caller' : 'key');
  const context = useRequestContext({ requestId: row.requestId, of, count: ROWS });
  return (
    <section className={styles.stack} aria-label="Before and after">
      <h3>Before and after</h3>
      <RadioGroup<'key' | 'caller'>
        label="Requests of"
        hideLabel
        isInline
        value={of}
        options={[
          { value: 'key', label: 'Same key' },
          { value: 'caller', label: 'Same caller' },
        ]}
        onChange={setOf}
      />
      <AsyncRegion query={context} subject="The requests around this one">
        {({ newer, older, isWhole }) => (
          <>
            <ol className={explorer.context}>
              {newer.map((one) => (
                <ContextRow key={one.requestId} row={one} isThis={false} />
              ))}
              <ContextRow row={row} isThis />
              {older.map((one) => (
                <ContextRow key={one.requestId} row={one} isThis={false} />
              ))}
            </ol>
            {!isWhole && (
              <p className={styles.meta}>The log was not searched to its end: there may be more.</p>
            )}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

function ContextRow({ row, isThis }: { readonly row: RequestRow; readonly isThis: boolean }) {
  const { choice } = useTimeZone();
  const words = `${row.method ?? 'Scopes'} ${row.path ?? ''}`.trim();
  return (
    <li className={explorer.contextRow} aria-current={isThis || undefined}>
      <time dateTime={new Date(row.at).toISOString()}>{clockTime(row.at, choice, true)}</time>
      {isThis ? (
        <strong className={styles.path}>{words}</strong>
      ) : (
        <Link to="/requests/$requestId" params={{ requestId: row.requestId }} className={styles.path}>
          {words}
        </Link>
      )}
      <StatusCode status={row.responseStatus} />
      <OutcomeChip code={row.code} />
    </li>
  );
}
