import { useStatus } from '#renderer/api/queries.ts';
import { latency } from '#renderer/format/durations.ts';
import { bytes, count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { DiagnosticsBlock } from './diagnostics-block.tsx';
import styles from './settings.module.css';

/** Version, state and what the server warns of. */
export function AboutSection() {
  const status = useStatus();
  return (
    <AsyncRegion query={status} subject="The server’s state">
      {(data) => (
        <>
          <section className={styles.block}>
            <h2>Latchkey {data.version}</h2>
            <Facts>
              <Fact name="Runs as">{data.host === 'desktop' ? 'desktop app' : 'headless server'}</Fact>
              <Fact name="Started">
                <RelativeTime at={data.startedAt} />
              </Fact>
              <Fact name="Verifications">{count(data.verify.count)} since then</Fact>
              <Fact name="Latency">
                {data.verify.latencyUs === null
                  ? 'none yet'
                  : `p50 ${latency(data.verify.latencyUs.p50)}, p95 ${latency(data.verify.latencyUs.p95)}, p99 ${latency(data.verify.latencyUs.p99)}`}
              </Fact>
              <Fact name="Key store">
                {bytes(data.store.sizeBytes)}, {count(data.store.auditCount)} audit events
              </Fact>
              <Fact name="Licence">Apache-2.0</Fact>
            </Facts>
          </section>
          <section className={styles.block}>
            <h2>Warnings</h2>
            {data.warnings.length === 0 ? (
              <p className={styles.quiet}>None.</p>
            ) : (
              <ul>
                {data.warnings.map((warning) => (
                  <li key={warning.code}>{warning.message}</li>
                ))}
              </ul>
            )}
          </section>
          <DiagnosticsBlock />
        </>
      )}
    </AsyncRegion>
  );
}
