import styles from './charts.module.css';
import { TIME_RANGE_NAMES, TIME_RANGES, type TimeRangeName } from './time-range.ts';

interface TimeRangePickerProps {
  /** null: none of these. */
  readonly value: TimeRangeName | null;
  readonly onChange: (name: TimeRangeName) => void;
  /** Asked for a range of the person's own; without it there is none. */
  readonly onCustom?: () => void;
}

/** How far back the charts go. */
export function TimeRangePicker({ value, onChange, onCustom }: TimeRangePickerProps) {
  return (
    <div className={styles.ranges} role="group" aria-label="Time range">
      {TIME_RANGE_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          className={styles.range}
          aria-pressed={name === value}
          onClick={() => onChange(name)}
        >
          {TIME_RANGES[name].label}
        </button>
      ))}
      {onCustom !== undefined && (
        <button type="button" className={styles.range} aria-pressed={value === null} onClick={onCustom}>
          Custom…
        </button>
      )}
    </div>
  );
}
