import { Link } from '@tanstack/react-router';
import type { Revocation } from '#contract/revocations.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { BittingGlyph } from '#renderer/ui/bitting-glyph.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { isLate } from './levels.ts';
import styles from './on-call.module.css';

/** Keys that were withdrawn, with how long that took to be in force. */
export function RecentRevocations({ items }: { readonly items: readonly Revocation[] }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What</th>
            <th scope="col">When</th>
            <th scope="col">Refused after</th>
            <th scope="col">Last accepted</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.keyId} ${String(item.at)} ${item.kind}`}>
              <th scope="row">
                <Link to="/keys/$keyId" params={{ keyId: item.keyId }} className={styles.key}>
                  <BittingGlyph keyId={item.keyId} size={16} /> {item.name}
                </Link>
              </th>
              <td>{item.kind === 'revoked' ? 'Revoked' : 'Suspended'}</td>
              <td>
                <RelativeTime at={item.at} />
              </td>
              <td>{item.lagMs === null ? 'not measured' : latency(item.lagMs * 1_000)}</td>
              <td>{isLate(item) ? <Chip tone="danger">{lateText(item)}</Chip> : lateText(item)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lateText({ lateUseMs }: Revocation): string {
  if (lateUseMs === null) return 'not known now';
  return lateUseMs === 0 ? 'not after it' : `${duration(lateUseMs)} after it`;
}
