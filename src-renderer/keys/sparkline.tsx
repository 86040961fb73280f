import { counted } from '#renderer/format/numbers.ts';
import styles from './sparkline.module.css';

interface SparklineProps {
  /** 24 hours, oldest first. */
  readonly series: readonly { readonly allowed: number; readonly refused: number }[];
  readonly total: number;
}

const BAR = 4;
const HEIGHT = 20;

/** Requests of the last 24 hours, a column an hour: allowed filled, refused as outline on top. */
export function Sparkline({ series, total }: SparklineProps) {
  const highest = Math.max(1, ...series.map((hour) => hour.allowed + hour.refused));
  const refused = series.reduce((sum, hour) => sum + hour.refused, 0);
  const px = (value: number) => (value === 0 ? 0 : Math.max(1, (value / highest) * HEIGHT));
  // One path for all hours: a list draws this a few dozen times.
  let allowedPath = '';
  let refusedPath = '';
  series.forEach((hour, index) => {
    const allowed = px(hour.allowed);
    const denied = px(hour.refused);
    const x = index * BAR;
    if (allowed > 0)
      allowedPath += `M${String(x)} ${String(HEIGHT)}v${String(-allowed)}h3v${String(allowed)}z`;
    if (denied > 0) {
      const tall = Math.max(0.5, denied - 1);
      refusedPath += `M${String(x + 0.5)} ${String(HEIGHT - allowed - 0.5)}v${String(-tall)}h2v${String(tall)}z`;
    }
  });
  return (
    <svg
      viewBox={`0 0 ${String(series.length * BAR)} ${String(HEIGHT)}`}
      width={series.length * BAR}
      height={HEIGHT}
      role="img"
      aria-label={`${counted(total, 'request')} in 24 hours, ${String(refused)} refused`}
      className={styles.sparkline}
    >
      <line x1="0" x2={series.length * BAR} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className={styles.base} />
      <path d={allowedPath} className={styles.allowed} />
      {refused > 0 && <path d={refusedPath} className={styles.refused} />}
    </svg>
  );
}
