import { count } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import styles from './explorer.module.css';
import type { RunningScan } from './use-request-log.ts';

interface ScanBarProps {
  readonly scan: RunningScan;
  /** Where the search ends: the beginning of the range; null while it is not known. */
  readonly fromMs: number | null;
  readonly toMs: number;
}

/** How far a slow search has come, with what it has found; it can be stopped and taken up again. */
export function ScanBar({ scan, fromMs, toMs }: ScanBarProps) {
  const { isRunning, searchedTo, found, stop, goOn } = scan;
  const max = fromMs === null ? null : Math.max(1, toMs - fromMs);
  const done = max === null ? undefined : Math.max(0, Math.min(max, toMs - searchedTo));
  return (
    <div className={styles.scan}>
      <progress
        aria-label="Search of the log"
        {...(max === null || done === undefined ? {} : { max, value: done })}
      />
      <span role="status">
        {isRunning ? 'Searching' : 'Stopped'}: {count(found)} found, back to <AbsoluteTime at={searchedTo} />
      </span>
      {isRunning ? <Button onClick={stop}>Cancel</Button> : <Button onClick={goOn}>Search on</Button>}
    </div>
  );
}
