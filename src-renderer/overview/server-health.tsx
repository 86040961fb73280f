import type { SystemStatus, TurnedAway } from '#contract/system.ts';
import { useNow } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { bytes, count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { driftText, turnedAwayText } from './levels.ts';
import styles from './on-call.module.css';

const LOG_WORDS: Readonly<Record<SystemStatus['log']['state'], string>> = {
  ok: 'Running',
  degraded: 'In trouble',
  down: 'Not running',
};
const NOW_MS = 1_000;
const TIMES_SHOWN = 3;

/** How the program itself does. */
export function ServerHealth({ status }: { readonly status: SystemStatus }) {
  const { log, server, store } = status;
  const now = useNow(NOW_MS);
  const { max, p99 } = server.eventLoopMs;
  return (
    <dl className={styles.facts}>
      <Fact name="Running for">{duration(Math.max(0, now - status.startedAt))}</Fact>
      <Fact name="Event loop delay">
        {duration(p99)} p99, {duration(max)} at most
      </Fact>
      <Fact name="Request log">
        {LOG_WORDS[log.state]}, {count(log.queuedRows)} waiting, {count(log.lostRows)} lost
      </Fact>
      <Fact name="Quota counters">
        <QuotaDrift drifts={log.quotaDrift} />
      </Fact>
      <Fact name="Log size">
        {bytes(log.sizeBytes)}, {count(log.rowCount)} rows
      </Fact>
      <Fact name="Key store">
        {bytes(store.sizeBytes)}, {count(store.keyCount)} keys
      </Fact>
      <Fact name="Memory">{bytes(server.memoryBytes)}</Fact>
      <Fact name="Newest backup">
        {server.lastBackupAt === null ? 'none yet' : <RelativeTime at={server.lastBackupAt} />}
      </Fact>
      <Fact name="Turned away">
        {count(server.throttled)} for guessing, {count(server.shed)} for load
        <TurnedAwayTimes times={server.turnedAway} />
      </Fact>
    </dl>
  );
}

/** When that was, the newest times. */
function TurnedAwayTimes({ times }: { readonly times: readonly TurnedAway[] }) {
  if (times.length === 0) return null;
  return (
    <ul aria-label="When callers were turned away">
      {times.slice(0, TIMES_SHOWN).map((one) => (
        <li key={`${one.kind} ${String(one.startedAt)}`}>
          {turnedAwayText(one)} Began <RelativeTime at={one.startedAt} />, last{' '}
          <RelativeTime at={one.lastAt} />
          {one.endedAt === null ? '; goes on.' : '.'}
        </li>
      ))}
    </ul>
  );
}

/** Do the counters of quotas say what the rows of the log add up to? */
function QuotaDrift({ drifts }: { readonly drifts: SystemStatus['log']['quotaDrift'] }) {
  if (drifts.length === 0) return 'agree with the request log';
  return (
    <ul>
      {drifts.map((drift) => (
        <li key={`${drift.ownerId} ${drift.period}`}>{driftText(drift)}</li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
