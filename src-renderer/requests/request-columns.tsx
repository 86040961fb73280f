import type { RequestRow } from '#contract/requests.ts';
import { latency } from '#renderer/format/durations.ts';
import { bytes, count } from '#renderer/format/numbers.ts';
import { calendarDay, clockTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { PathText } from '#renderer/ui/path-text.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import textStyles from '#renderer/ui/text.module.css';
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
  track: 'minmax(120px, 1.4fr)',
  cell: (row) => (
    <span className={styles.path} title={row.path ?? undefined}>
      {row.path === null ? 'scopes only' : <PathText path={row.path} />}
    </span>
  ),
};
const KEY: Column<RequestRow> = {
  id: 'key',
  header: 'Key',
  track: 'minmax(120px, 1fr)',
  hideBelow: 710,
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
  cell: (row) => <span className={textStyles.cut}>{row.partner ?? '–'}</span>,
};
const SERVICE: Column<RequestRow> = {
  id: 'service',
  header: 'Service',
  track: 'minmax(90px, 0.7fr)',
  hideBelow: 760,
  cell: (row) => <span className={textStyles.cut}>{row.service}</span>,
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

const cut = (text: string | null) => <span className={textStyles.cut}>{text ?? '–'}</span>;
const mono = (text: string | null) => <span className={styles.path}>{text ?? '–'}</span>;

/** Columns that are shown only when they are chosen. */
const OPTIONAL: readonly Column<RequestRow>[] = [
  { id: 'agent', header: 'User agent', track: 'minmax(110px, 1fr)', cell: (row) => cut(row.userAgent) },
  {
    id: 'requestId',
    header: 'Request id',
    track: 'minmax(120px, 0.9fr)',
    cell: (row) => mono(row.requestId),
  },
  { id: 'rule', header: 'Rule', track: 'minmax(120px, 1fr)', cell: (row) => mono(row.rule) },
  {
    id: 'application',
    header: 'Application',
    track: 'minmax(90px, 0.7fr)',
    cell: (row) => cut(row.application),
  },
  {
    id: 'bytes',
    header: 'Size',
    track: '64px',
    align: 'end',
    cell: (row) => (row.bytes === null ? '–' : bytes(row.bytes)),
  },
  {
    id: 'tags',
    header: 'Tags',
    track: 'minmax(90px, 0.7fr)',
    cell: (row) => cut(row.tags.length === 0 ? null : row.tags.join(', ')),
  },
  { id: 'cost', header: 'Cost', track: '44px', align: 'end', cell: (row) => count(row.cost) },
  { id: 'latency', header: 'Decided in', track: '72px', align: 'end', cell: (row) => latency(row.latencyUs) },
  { id: 'detail', header: 'Detail', track: 'minmax(120px, 1fr)', cell: (row) => cut(row.detail) },
  { id: 'error', header: 'Error code', track: 'minmax(90px, 0.7fr)', cell: (row) => mono(row.errorCode) },
  { id: 'env', header: 'Env', track: '42px', cell: (row) => row.environment ?? '–' },
];

const USUAL: readonly Column<RequestRow>[] = [
  TIME,
  OUTCOME,
  STATUS,
  METHOD,
  PATH,
  KEY,
  PARTNER,
  // Whose key it was says more than how long it took.
  { ...DURATION, hideBelow: 790 },
  CALLER,
];
const USUAL_OF_KEY: readonly Column<RequestRow>[] = [
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
const ALL: readonly Column<RequestRow>[] = [...USUAL, SERVICE, SECRET, ...OPTIONAL];

/** Every column there is, in the usual order, for choosing. */
export const ALL_REQUEST_COLUMNS: readonly Pick<Column<RequestRow>, 'id' | 'header'>[] = ALL;

/** Columns of the log, over all keys or of one key: those that the address names in its order, else the usual ones. A column that
 *  was chosen is not left out where it is narrow. */
export function requestColumns(cols: string | undefined, isOneKey: boolean): readonly Column<RequestRow>[] {
  if (cols === undefined) return isOneKey ? USUAL_OF_KEY : USUAL;
  const chosen = cols.split(',').flatMap((id) => ALL.filter((column) => column.id === id));
  const known = [...new Set(chosen)].map(({ hideBelow: _hideBelow, ...column }) => column);
  return known.length === 0 ? USUAL : known;
}

function RowTime({ at }: { readonly at: number }) {
  const { choice } = useTimeZone();
  return (
    <time dateTime={new Date(at).toISOString()} className={styles.time}>
      <span className={styles.day}>{calendarDay(at, choice).replace(/ \d{4}$/, '')}</span>{' '}
      {clockTime(at, choice, true)}
    </time>
  );
}
