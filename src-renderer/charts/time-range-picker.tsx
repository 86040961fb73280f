import styles from './charts.module.css';
import { TIME_RANGE_NAMES, TIME_RANGES, type TimeRangeName } from './time-range.ts';

interface TimeRangePickerProps {
  readonly value: TimeRangeName;
  readonly onChange: (name: TimeRangeName) => void;
}

/** How far back the charts go. */
export function TimeRangePicker({ value, onChange }: TimeRangePickerProps) {
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
    </div>
  );
}
