import type { RequestRow } from '#contract/requests.ts';
import { latency } from '#renderer/format/durations.ts';
import { calendarDay, clockTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { OutcomeChip } from './outcome-chip.tsx';
import styles from './requests.module.css';
import { StatusCode } from './status-code.tsx';

const TIME: Column<RequestRow> = {
  id: 'time',
  header: 'Time',
  track: '150px',
  cell: (row) => <RowTime at={row.at} />,
};
const OUTCOME: Column<RequestRow> = {
  id: 'outcome',
  header: 'Outcome',
  track: '130px',
  cell: (row) => <OutcomeChip code={row.code} />,
};
const STATUS: Column<RequestRow> = {
  id: 'status',
  header: 'Status',
  track: '46px',
  hideBelow: 580,
  cell: (row) => <StatusCode status={row.responseStatus} />,
};
const METHOD: Column<RequestRow> = {
  id: 'method',
  header: 'Method',
  track: '58px',
  cell: (row) => <span className={styles.mono}>{row.method ?? '–'}</span>,
};
const PATH: Column<RequestRow> = {
  id: 'path',
  header: 'Path',
  track: 'minmax(120px, 2fr)',
  cell: (row) => (
    <span className={styles.path} title={row.path ?? undefined}>
      {row.path ?? 'scopes only'}
    </span>
  ),
};
const KEY: Column<RequestRow> = {
  id: 'key',
  header: 'Key',
  track: 'minmax(120px, 1fr)',
  hideBelow: 740,
  cell: (row) =>
    row.keyId === null ? (
      <span className={styles.absent}>no known key</span>
    ) : (
      <KeyRef keyId={row.keyId} name={row.keyName ?? row.keyId} environment={row.environment} />
    ),
};
const PARTNER: Column<RequestRow> = {
  id: 'partner',
  header: 'Partner',
  track: 'minmax(90px, 0.7fr)',
  hideBelow: 880,
  cell: (row) => <span className={styles.cut}>{row.partner ?? '–'}</span>,
};
const SERVICE: Column<RequestRow> = {
  id: 'service',
  header: 'Service',
  track: 'minmax(90px, 0.7fr)',
  hideBelow: 760,
  cell: (row) => <span className={styles.cut}>{row.service}</span>,
};
const SECRET: Column<RequestRow> = {
  id: 'secret',
  header: 'Secret',
  track: '50px',
  align: 'end',
  hideBelow: 860,
  cell: (row) => row.secretVersion ?? '–',
};
const DURATION: Column<RequestRow> = {
  id: 'duration',
  header: 'Duration',
  track: '70px',
  align: 'end',
  hideBelow: 700,
  cell: (row) =>
    row.durationMs === null ? <span className={styles.absent}>–</span> : latency(row.durationMs * 1_000),
};
const CALLER: Column<RequestRow> = {
  id: 'caller',
  header: 'Client',
  track: 'minmax(96px, 0.7fr)',
  hideBelow: 980,
  cell: (row) => <span className={styles.path}>{row.clientIp ?? '–'}</span>,
};

/** Columns of the log over all keys. */
export const REQUEST_COLUMNS: readonly Column<RequestRow>[] = [
  TIME,
  OUTCOME,
  STATUS,
  METHOD,
  PATH,
  KEY,
  PARTNER,
  DURATION,
  CALLER,
];

/** Columns of the log of one key. */
export const KEY_REQUEST_COLUMNS: readonly Column<RequestRow>[] = [
  TIME,
  OUTCOME,
  STATUS,
  METHOD,
  PATH,
  SERVICE,
  SECRET,
  DURATION,
  CALLER,
];

function RowTime({ at }: { readonly at: number }) {
  const { choice } = useTimeZone();
  return (
    <time dateTime={new Date(at).toISOString()} className={styles.time}>
      <span className={styles.day}>{calendarDay(at, choice).replace(/ \d{4}$/, '')}</span>{' '}
      {clockTime(at, choice, true)}
    </time>
  );
}
