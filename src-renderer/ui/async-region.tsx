import { useEffect, useState, type ReactNode } from 'react';
import styles from './async-region.module.css';
import { Button } from './button.tsx';
import { ErrorState, SkeletonLines } from './states.tsx';

const QUIET_MS = 150;
const SLOW_MS = 10_000;

/** What AsyncRegion needs to know of a query. Any TanStack query result fits. */
export interface AsyncState<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
  /** Gives the request that is under way up; without it the region only stops waiting for it. */
  readonly cancel?: () => void;
}

interface AsyncRegionProps<Data> {
  /** As it came from its hook: a result notes what is read of it, and one that is copied has its reader drawn again for nothing. */
  readonly query: AsyncState<Data>;
  /** Whether it shows that it is fetching; as the query says where this is not given. */
  readonly isBusy?: boolean;
  /** What is loaded, in words for "… could not be loaded": "The keys". */
  readonly subject: string;
  readonly skeleton?: ReactNode;
  readonly isEmpty?: (data: Data) => boolean;
  readonly empty?: ReactNode;
  readonly className?: string | undefined;
  readonly children: (data: Data) => ReactNode;
}

/** Loading, empty, failed or there. Nothing at all for the first 150 ms, a skeleton after, Cancel after 10 s; data that was loaded
 *  once stays on screen while it is fetched again or when that fails. What was cancelled waits until somebody asks for it again. */
export function AsyncRegion<Data>(props: AsyncRegionProps<Data>) {
  const { query, subject, skeleton, isEmpty, empty, className, children } = props;
  const { data, error } = query;
  const isFetching = props.isBusy ?? query.isFetching;
  const isFirstLoad = data === undefined && (error === null || error === undefined);
  const [isCancelled, setCancelled] = useState(false);
  if (isCancelled && !isFirstLoad) setCancelled(false);
  const retry = () => {
    setCancelled(false);
    void query.refetch();
  };
  const cancel = () => {
    setCancelled(true);
    query.cancel?.();
  };
  return (
    <div className={className} aria-busy={!isCancelled && (isFetching || isFirstLoad)}>
      {isFetching && data !== undefined && <span className={styles.line} aria-hidden />}
      {isFirstLoad && !isCancelled && <Waiting subject={subject} skeleton={skeleton} onCancel={cancel} />}
      {isFirstLoad && isCancelled && (
        <p role="status" className={styles.slow}>
          Loading was cancelled. <Button onClick={retry}>Try again</Button>
        </p>
      )}
      {data === undefined && !isFirstLoad && (
        <ErrorState title={`${subject} could not be loaded.`} error={error} onRetry={retry} />
      )}
      {data !== undefined && (isEmpty?.(data) === true ? empty : children(data))}
    </div>
  );
}

function Waiting(props: { subject: string; skeleton: ReactNode; onCancel: () => void }) {
  const [phase, setPhase] = useState<'quiet' | 'waiting' | 'slow'>('quiet');
  useEffect(() => {
    const waiting = setTimeout(() => setPhase('waiting'), QUIET_MS);
    const slow = setTimeout(() => setPhase('slow'), SLOW_MS);
    return () => {
      clearTimeout(waiting);
      clearTimeout(slow);
    };
  }, []);
  if (phase === 'quiet') return null;
  return (
    <>
      {phase === 'slow' && (
        <p role="status" className={styles.slow}>
          This takes longer than usual. <Button onClick={props.onCancel}>Cancel</Button>
        </p>
      )}
      {props.skeleton ?? <SkeletonLines />}
    </>
  );
}
