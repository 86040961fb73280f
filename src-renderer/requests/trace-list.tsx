import { Check, Minus, X } from 'lucide-react';
import { latency } from '#renderer/format/durations.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import type { TraceLine } from './rebuilt-trace.ts';
import styles from './requests.module.css';

const MARKS = {
  pass: { icon: <Check aria-hidden size={14} />, word: 'passed' },
  fail: { icon: <X aria-hidden size={14} />, word: 'refused' },
  skip: { icon: <Minus aria-hidden size={14} />, word: 'not needed' },
  notReached: { icon: <span aria-hidden>·</span>, word: 'not reached' },
} as const;

/** The steps of a decision in the order in which they ran, with the one that refused standing out. */
export function TraceList({
  lines,
  label,
}: {
  readonly lines: readonly TraceLine[];
  readonly label: string;
}) {
  return (
    <ol className={styles.trace} aria-label={label}>
      {lines.map((line) => (
        <li
          key={line.step}
          className={classNames(styles.step, styles[line.outcome])}
          data-step={line.step}
          data-outcome={line.outcome}
        >
          <span className={styles.stepMark}>
            {MARKS[line.outcome].icon}
            <span className="visually-hidden">{MARKS[line.outcome].word}: </span>
          </span>
          <span className={styles.stepLabel}>{line.label}</span>
          <span className={styles.stepDetail}>{line.detail}</span>
          <span className={styles.stepTime}>{line.durationUs === null ? '' : latency(line.durationUs)}</span>
        </li>
      ))}
    </ol>
  );
}
