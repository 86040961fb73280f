import { TARGETS, type Health, type HealthRange } from '#contract/health.ts';
import { ChartPanel } from '#renderer/charts/chart-panel.tsx';
import { latency } from '#renderer/format/durations.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { RANGE_WORDS } from './levels.ts';
import styles from './on-call.module.css';

/** How many verifications took how long, a row a doubling of time. */
export function LatencyDistribution({
  bins,
  range,
}: {
  readonly bins: Health['latencyBins'];
  readonly range: HealthRange;
}) {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const named = bins.map((bin) => ({ ...bin, name: `≤ ${latency(bin.upToUs)}` }));
  return (
    <ChartPanel
      title="How long deciding took"
      unit={`verifications, ${RANGE_WORDS[range]}`}
      note={`Target: 95 % within ${latency(TARGETS.latencyUs)}.`}
      table={() => ({
        columns: ['Time', 'Verifications', 'Share'],
        rows: named.map((bin) => [bin.name, count(bin.count), percent(bin.count / total)]),
      })}
    >
      <ol className={styles.bins}>
        {named.map((bin) => (
          <li key={bin.upToUs}>
            <span>{bin.name}</span>
            <span className={styles.track}>
              <span
                className={styles.fill}
                data-slow={bin.upToUs > TARGETS.latencyUs * 2}
                style={{ inlineSize: `${String((bin.count / most) * 100)}%` }}
              />
            </span>
            <span>{count(bin.count)}</span>
          </li>
        ))}
      </ol>
    </ChartPanel>
  );
}
