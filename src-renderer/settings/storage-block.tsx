import { FORECAST_DAYS_MAX } from '#contract/growth-forecast.ts';
import type { DailySize, StorageReport } from '#contract/storage.ts';
import { OpenJob } from '#renderer/activity/job-item.tsx';
import { isOpen } from '#renderer/activity/job-words.ts';
import { useCompactLog } from '#renderer/api/commands.ts';
import { useJobs, useStorage } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { bytes, count, counted } from '#renderer/format/numbers.ts';
import { calendarDay, type TimeZoneChoice } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './settings.module.css';

/** Days that the table shows. */
const DAYS_SHOWN = 30;

/** How large the databases are, how they grow, and giving unused room back to the disk. */
export function StorageBlock() {
  const query = useStorage();
  const { choice } = useTimeZone();
  return (
    <section className={styles.block} aria-label="Room on the disk">
      <h2>Room on the disk</h2>
      <AsyncRegion query={query} subject="The sizes" className={styles.room}>
        {(report) => (
          <>
            <Facts>
              <Fact name="Request log">
                {bytes(report.logBytes)} of at most {bytes(report.logBytesMax)}
              </Fact>
              <Fact name="Of it unused">{bytes(report.logFreeBytes)}</Fact>
              <Fact name="Keys and trail">{bytes(report.storeBytes)}</Fact>
              <Fact name="Growth of the log">{growthWords(report)}</Fact>
              <Fact name="Keys">{keysWords(report, choice)}</Fact>
            </Facts>
            <Compact />
            {report.sizes.length > 0 && (
              <Disclosure label="Size day by day" isInUse={false}>
                <PlainTable
                  label="Size day by day"
                  columns={COLUMNS}
                  rows={[...report.sizes].reverse().slice(0, DAYS_SHOWN)}
                  rowKey={({ day }) => String(day)}
                />
              </Disclosure>
            )}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

const COLUMNS: readonly PlainColumn<DailySize>[] = [
  { header: 'Day', cell: ({ day }) => <AbsoluteTime at={day} /> },
  { header: 'Request log', align: 'end', cell: ({ logBytes }) => bytes(logBytes) },
  { header: 'Keys and trail', align: 'end', cell: ({ storeBytes }) => bytes(storeBytes) },
  { header: 'Keys', align: 'end', cell: ({ keyCount }) => (keyCount === null ? '–' : count(keyCount)) },
];

/** How the log grows: `12 MB a day; full in about 34 days`. */
function growthWords({ logGrowthBytes, daysToMax }: StorageReport): string {
  if (logGrowthBytes === null) return 'known after two days';
  if (logGrowthBytes <= 0) return 'it does not grow';
  const full = daysToMax === null ? '' : `; at its largest in about ${counted(daysToMax, 'day')}`;
  return `${bytes(logGrowthBytes)} a day${full}`;
}

/** How many keys there are and will be: `1,204 keys now, about 1,380 in 90 days`. */
function keysWords({ keys: { keyCount, forecast } }: StorageReport, choice: TimeZoneChoice): string {
  const now = `${counted(keyCount, 'key')} now`;
  const ahead = `in ${counted(FORECAST_DAYS_MAX, 'day')}`;
  switch (forecast.kind) {
    case 'about':
      return `${now}, about ${count(forecast.keyCount)} ${ahead}`;
    case 'unknown':
      return `${now}; how many ${ahead} is known from ${calendarDay(forecast.knownAt, choice)}`;
    case 'erratic':
      return `${now}; the days differ too much to say how many ${ahead}`;
  }
}

function Compact() {
  const jobs = useJobs();
  const compact = useCompactLog();
  const forbidden = useForbidden()('storage.compact');
  const own = jobs.data?.items.find(({ kind }) => kind === 'vacuum');
  if (own !== undefined && isOpen(own)) return <OpenJob job={own} />;
  return (
    <>
      <p className={styles.quiet}>
        New requests take unused room first. Compacting gives it back to the disk; keys are verified meanwhile
        as ever.
      </p>
      <div className={styles.compact}>
        <Button isBusy={compact.isRunning} disabledReason={forbidden} onClick={() => void compact.run({})}>
          Compact now
        </Button>
        {own?.result !== undefined && own.result !== null && <span role="status">{own.result.text}</span>}
      </div>
      <ErrorNote error={compact.error ?? (own?.state === 'failed' ? new Error(own.problem ?? '') : null)} />
    </>
  );
}
