import { useStatus } from '#renderer/api/queries.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { latency } from '#renderer/format/durations.ts';
import { rate } from '#renderer/format/numbers.ts';
import { relativeTime, zoneName } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { StatusShape } from '#renderer/ui/status-shape.tsx';
import { Tooltip } from '#renderer/ui/tooltip.tsx';
import styles from './shell.module.css';

const ASK_EVERY_MS = 2_000;

/** Health at a glance: where verification listens, how fast it answers, how old the figures are. */
export function StatusBar({ onHelp }: { readonly onHelp: () => void }) {
  const status = useStatus({ everyMs: ASK_EVERY_MS });
  const { choice, toggle } = useTimeZone();
  const isUp = status.data?.service.isListening === true && !status.isError;
  const verify = status.data?.verify;
  return (
    <footer className={styles.status} aria-label="Status">
      <span className={classNames(styles.state, isUp ? styles.stateOk : styles.stateDown)}>
        <StatusShape name={isUp ? 'active' : 'revoked'} />
        {status.data === undefined
          ? status.isError
            ? 'Server not reached'
            : 'Verify –'
          : isUp
            ? `Verify ${(status.data.service.url ?? '').replace(/^https?:\/\//, '')}`
            : status.isError
              ? 'Server not reached'
              : 'Verify server stopped'}
      </span>
      <span>p95 {verify?.latencyUs ? latency(verify.latencyUs.p95) : '–'}</span>
      <span>{verify === undefined ? '–' : rate(verify.requestsPerSecond)} req/s</span>
      <span className={styles.spacer} />
      <DataAge atMs={status.dataUpdatedAt} />
      <Tooltip content={choice === 'utc' ? 'Show local time' : 'Show UTC'} action="view.timeZone" side="top">
        <button
          type="button"
          className={styles.plainButton}
          onClick={toggle}
          aria-label={`${zoneName(choice, nowMs())}, change time zone`}
        >
          {zoneName(choice, nowMs())}
        </button>
      </Tooltip>
      <Tooltip content="Keyboard shortcuts" action="help.shortcuts" side="top">
        <button type="button" className={styles.plainButton} onClick={onHelp}>
          <span aria-hidden>?</span> Help
        </button>
      </Tooltip>
    </footer>
  );
}

function DataAge({ atMs }: { readonly atMs: number }) {
  const now = useNow(1_000);
  if (atMs === 0) return null;
  return <span>Updated {relativeTime(atMs, now)}</span>;
}
