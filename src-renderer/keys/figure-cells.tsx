import { TriangleAlert } from 'lucide-react';
import type { KeyId } from '#contract/ids.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { callersText } from '#renderer/hygiene/callers-words.ts';
import { limitUsedText } from '#renderer/limits/limit-words.ts';
import { useFigure, type KeyFigures } from './figure-store.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './keys.module.css';

interface FigureCellProps {
  readonly figures: KeyFigures;
  readonly keyId: KeyId;
}

/** Nothing to tell, or not yet. */
export function Dash() {
  return <span className={styles.quiet}>–</span>;
}

/** Requests of the last 24 hours. */
export function UsageCell({ figures, keyId }: FigureCellProps) {
  const usage = useFigure(figures.usage, keyId);
  if (usage === undefined) return <Dash />;
  return (
    <span className={styles.usage}>
      <Sparkline series={usage.series} total={usage.total} />
      <span>{count(usage.total)}</span>
    </span>
  );
}

/** Share of the requests of the last 24 hours that failed. */
export function ErrorRateCell({ figures, keyId }: FigureCellProps) {
  const usage = useFigure(figures.usage, keyId);
  return usage === undefined || usage.total === 0 ? <Dash /> : percent(usage.errorRate);
}

/** How much of its tightest limit the key has used now. */
export function LimitUsedCell({ figures, keyId }: FigureCellProps) {
  const tightest = useFigure(figures.limits, keyId)?.tightest ?? null;
  if (tightest === null) return <Dash />;
  return (
    <span className={styles.owner}>
      <span>{percent(tightest.used / tightest.limit)}</span>
      <span className={styles.quiet}>{limitUsedText(tightest)}</span>
    </span>
  );
}

/** Distinct callers of the last 24 hours and of the last 7 days. */
export function CallersCell({ figures, keyId }: FigureCellProps) {
  const known = useFigure(figures.callers, keyId);
  const evidence = known?.evidence ?? null;
  if (known === undefined || evidence === null) return <Dash />;
  const { callers, callersWeek } = evidence;
  return (
    <span className={styles.usage}>
      {callersText(callers)} / {callersText(callersWeek)}
      {known.isSuspected && (
        <TriangleAlert aria-label="Sharing suspected" className={styles.suspected} size={14} />
      )}
    </span>
  );
}
