import { ArrowDown, Eraser, Pause } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import { count } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import styles from './explorer.module.css';
import { ordinal } from '#renderer/format/ordinal.ts';
import { useLiveTail } from './use-live-tail.ts';

interface LiveLogProps {
  readonly filter: RequestFilter;
  readonly columns: readonly Column<RequestRow>[];
  readonly selected: string | null;
  readonly onSelect: (row: RequestRow) => void;
}

const ROW_PX = 30;
/** As near to the end as this counts as at the end. */
const END_PX = 24;

/** The log as it grows, newest at the bottom. Scrolling up, choosing a row or Space holds it still; End goes on. */
export function LiveLog({ filter, columns, selected, onSelect }: LiveLogProps) {
  const { tail, send, error } = useLiveTail(filter);
  const scroller = useRef<HTMLDivElement>(null);
  const { isPaused, shown, waitingCount, every } = tail;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && !isPaused) element.scrollTop = element.scrollHeight;
  }, [shown, isPaused]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let lastTop = element.scrollTop;
    const watch = () => {
      const isUp = element.scrollTop < lastTop;
      lastTop = element.scrollTop;
      const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop < END_PX;
      if (isUp && !isAtEnd) send({ kind: 'pause' });
    };
    element.addEventListener('scroll', watch, { passive: true });
    return () => element.removeEventListener('scroll', watch);
  }, [send]);
  const resume = () => send({ kind: 'resume' });
  return (
    <div
      className={styles.live}
      onKeyDownCapture={(event) => {
        if (event.target !== scroller.current || (event.key !== ' ' && event.key !== 'End')) return;
        event.preventDefault();
        event.stopPropagation();
        send({ kind: event.key === ' ' && !isPaused ? 'pause' : 'resume' });
      }}
    >
      <div className={styles.liveBar}>
        <span role="status" className={styles.liveState} data-testid="live-state">
          {isPaused ? 'Paused' : 'Live'}
          {every > 1 && `, showing every ${ordinal(every)} request`}
        </span>
        {isPaused ? (
          <Button icon={<ArrowDown aria-hidden />} onClick={resume}>
            {waitingCount === 0 ? 'Resume' : `${count(waitingCount)} new · Resume`}
          </Button>
        ) : (
          <Button icon={<Pause aria-hidden />} onClick={() => send({ kind: 'pause' })}>
            Pause
          </Button>
        )}
        <Button icon={<Eraser aria-hidden />} onClick={() => send({ kind: 'clear' })}>
          Clear
        </Button>
        <ErrorNote error={error} />
      </div>
      <div className={styles.liveTable}>
        <VirtualTable<RequestRow>
          label="Requests as they come"
          columns={columns}
          rows={shown}
          rowCount={shown.length}
          rowKey={(row) => row.requestId}
          selectedKey={selected}
          onSelect={(row) => {
            send({ kind: 'pause' });
            onSelect(row);
          }}
          onOpen={onSelect}
          rowHeightPx={ROW_PX}
          scrollerRef={scroller}
        />
        {shown.length === 0 && (
          <div className={styles.liveEmpty}>
            <EmptyState title="Waiting for requests">They appear here within a second.</EmptyState>
          </div>
        )}
      </div>
    </div>
  );
}
