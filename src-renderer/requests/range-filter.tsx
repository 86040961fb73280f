import { timestampMs } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { hasQueryTimes, withoutTimes } from './query-text.ts';
import { LOG_RANGES, logRange, type LogRange, type RequestSearch } from './request-search.ts';
import styles from './requests.module.css';

interface RangeFilterProps {
  readonly search: RequestSearch;
  readonly onSearch: (search: RequestSearch) => void;
}

const RANGE_WORDS: Readonly<Record<LogRange, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  all: 'All kept rows',
  custom: 'Custom range',
};
const TYPED = 'typed';

/** The time that the log is about. Times that are typed in the query stand in its place until a range is picked. */
export function RangeFilter({ search, onSearch }: RangeFilterProps) {
  const isTyped = hasQueryTimes(search.q ?? '');
  const range = logRange(search);
  const change = (part: Partial<RequestSearch>) => onSearch({ ...search, ...part });
  const choose = (word: LogRange | typeof TYPED) => {
    if (word === TYPED) return;
    const q = withoutTimes(search.q ?? '');
    const rest = { q: q === '' ? undefined : q, range: word, to: undefined };
    if (word !== 'custom') change({ ...rest, from: undefined });
    else change({ ...rest, from: timestampMs.parse(nowMs() - HOUR_MS) });
  };
  const options = LOG_RANGES.map((name) => ({ value: name, label: RANGE_WORDS[name] }));
  return (
    <>
      <Select<LogRange | typeof TYPED>
        label="Time range"
        hideLabel
        value={isTyped ? TYPED : range}
        options={isTyped ? [{ value: TYPED, label: 'As typed' }, ...options] : options}
        onChange={choose}
        className={styles.rangeChoice}
      />
      {!isTyped && range === 'custom' && (
        <>
          <MomentField label="From" at={search.from} onChange={(from) => change({ range: 'custom', from })} />
          <MomentField label="To" at={search.to} onChange={(to) => change({ range: 'custom', to })} />
        </>
      )}
    </>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly at: RequestSearch['from'];
  readonly onChange: (at: RequestSearch['from']) => void;
}

function MomentField({ label, at, onChange }: MomentFieldProps) {
  return (
    <TextField
      label={label}
      hideLabel
      type="datetime-local"
      step={1}
      aria-label={`${label} (local time)`}
      value={at === undefined ? '' : toLocalInput(at)}
      onChange={(text) => onChange(timestampMs.safeParse(fromLocalInput(text)).data)}
      className={styles.moment}
    />
  );
}
