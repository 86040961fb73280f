import { count, counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { CallerList } from './caller-list.tsx';
import styles from './dialogs.module.css';
import type { useBulkImpact } from './use-bulk-impact.ts';

/** Keys that are named; the rest is counted. */
const NAMED_MAX = 5;

/** What stops when these keys stop: their requests and callers together, and which keys they are. */
export function BulkImpact({ impact }: { readonly impact: ReturnType<typeof useBulkImpact> }) {
  return (
    <section className={styles.impact} aria-label="What stops">
      <AsyncRegion query={impact} subject="The recent requests">
        {({ requests, callers, keys, isCapped }) =>
          requests === 0 && !isCapped ? (
            <p>No request with any of these keys in the last hour.</p>
          ) : (
            <>
              <p>
                {isCapped && 'At least '}
                <strong>{counted(requests, 'request')}</strong> in the last hour from{' '}
                {counted(callers.length, 'caller')} will be refused. With{' '}
                {keys
                  .slice(0, NAMED_MAX)
                  .map((key) => `${key.name} (${count(key.requests)})`)
                  .join(', ')}
                {keys.length > NAMED_MAX && ` and ${counted(keys.length - NAMED_MAX, 'other key')}`}.
              </p>
              <CallerList callers={callers} />
            </>
          )
        }
      </AsyncRegion>
    </section>
  );
}
