import { Link } from '@tanstack/react-router';
import type { KeySpike } from '#contract/spikes.ts';
import { useSpikes } from '#renderer/api/traffic-queries.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { BittingGlyph } from '#renderer/ui/bitting-glyph.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { spikeSentence } from './spike-words.ts';
import styles from './on-call.module.css';

/** Keys that suddenly did far more than they usually do, and the way to containing them. Asked again when there is a new one. */
export function KeySpikes({ environment }: { readonly environment: 'live' | 'test' | null }) {
  const spikes = useSpikes(environment === null ? {} : { environment });
  return (
    <section aria-labelledby="spikes">
      <h2 id="spikes">Sudden traffic</h2>
      <AsyncRegion
        query={spikes}
        subject="Spikes of keys"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <p className={styles.quiet}>
            In 24 hours no key made far more requests than in its last 7 days. Keys that are new, or hardly
            used, are not compared.
          </p>
        }
      >
        {({ items }) => (
          <div className={styles.frame}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">What it did</th>
                  <th scope="col">Since</th>
                  <th scope="col">Last seen</th>
                  <th scope="col">What to do</th>
                </tr>
              </thead>
              <tbody>
                {items.map((spike) => (
                  <SpikeRow key={`${spike.keyId} ${String(spike.at)}`} spike={spike} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </AsyncRegion>
    </section>
  );
}

function SpikeRow({ spike }: { readonly spike: KeySpike }) {
  const { keyId, keyName, at, lastAt } = spike;
  return (
    <tr>
      <th scope="row">
        <Link to="/keys/$keyId" params={{ keyId }} className={styles.key}>
          <BittingGlyph keyId={keyId} size={16} /> {keyName}
        </Link>
      </th>
      <td>{spikeSentence(spike)}</td>
      <td>
        <RelativeTime at={at} />
      </td>
      <td>
        <RelativeTime at={lastAt} />
      </td>
      <td>
        <NextStep spike={spike} />
      </td>
    </tr>
  );
}

function NextStep({ spike: { keyId, keyName, openLeakId, status } }: { readonly spike: KeySpike }) {
  const whose = <span className="visually-hidden"> of {keyName}</span>;
  if (openLeakId !== null) {
    return (
      <Link to="/leaks/$leakId" params={{ leakId: openLeakId }}>
        Open incident{whose}
      </Link>
    );
  }
  if (status === null) return 'The key was removed';
  if (status === 'active' || status === 'rotating') {
    return (
      <Link to="/leaks" search={{ key: keyId }}>
        Contain<span className="visually-hidden"> {keyName}</span>
      </Link>
    );
  }
  return <StatusChip status={status} />;
}
