import type { KeyId } from '#contract/ids.ts';
import { useEnforcementOf } from '#renderer/api/queries.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './dialogs.module.css';

const ASK_EVERY_MS = 1_000;

/** How fast the last withdrawal of a key was in force, as measured; red for as long as it is not. Nothing when there was none in this run. */
export function EnforcementNote({ keyId }: { readonly keyId: KeyId }) {
  const seen = useEnforcementOf({ keyId }, { everyMs: ASK_EVERY_MS }).data ?? null;
  if (seen === null) return null;
  const what = seen.secretVersion === null ? 'The key' : `Secret ${String(seen.secretVersion)}`;
  if (seen.lagMs === null) {
    return (
      <p className={styles.final} role="alert" data-enforced="false">
        {what} is not refused yet. The verifier is asked again until it is.
      </p>
    );
  }
  return (
    <p className={styles.hint} data-enforced="true">
      {what} was refused {latency(seen.lagMs * 1_000)} after the command came (<RelativeTime at={seen.at} />
      ).
      {seen.lateUseMs !== null &&
        seen.lateUseMs > 0 &&
        ` A service accepted it ${duration(seen.lateUseMs)} later: it keeps decisions.`}
    </p>
  );
}
