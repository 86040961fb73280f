import styles from './progress-bar.module.css';

interface ProgressBarProps {
  /** What goes on: "Export of requests". */
  readonly label: string;
  /** 0 to 1; null = nobody knows how far it is. */
  readonly share: number | null;
  /** How far it is, in words. */
  readonly valueText: string;
}

/** How far work is. Where nobody knows, it is striped; it never moves by itself. */
export function ProgressBar({ label, share, valueText }: ProgressBarProps) {
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={valueText}
      className={styles.bar}
      data-unknown={share === null || undefined}
    >
      <span style={{ inlineSize: `${String(percent ?? 100)}%` }} />
    </div>
  );
}
