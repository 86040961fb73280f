import type { KeyId } from '#contract/ids.ts';
import { useForecast } from '#renderer/api/traffic-queries.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { forecastSentence } from '#renderer/limits/forecast-words.ts';
import { Fact } from '#renderer/ui/inspector.tsx';
import styles from './key-detail.module.css';

/** A line through four weeks does not move in a minute. */
const ASK_EVERY_MS = 300_000;

/** When the key's quota will be reached if its use grows on; nothing without a quota. */
export function GrowthFact({ keyId }: { readonly keyId: KeyId }) {
  const query = useForecast({ keyId }, { everyMs: ASK_EVERY_MS, keepsPrevious: true });
  const { choice } = useTimeZone();
  if (query.data === null) return null;
  if (query.data === undefined) {
    return query.error === null ? null : (
      <Fact name="Growth">
        <span className={styles.quiet}>not known while the request log is down</span>
      </Fact>
    );
  }
  return <Fact name="Growth">{forecastSentence(query.data, choice)}</Fact>;
}
