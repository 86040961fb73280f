import { Link } from '@tanstack/react-router';
import type { Output } from '#contract/contract.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { BittingGlyph } from '#renderer/ui/bitting-glyph.tsx';
import styles from './overview.module.css';

const SHOWN = 10;

/** Keys and endpoints with most requests, with what was refused. */
export function TopLists({ summary }: { readonly summary: Output<'usage.summary'> }) {
  if (summary.totals.total === 0) return null;
  return (
    <div className={styles.lists}>
      <section aria-labelledby="top-keys">
        <h2 id="top-keys">Keys with most requests</h2>
        <table className={styles.table}>
          <Head first="Key" />
          <tbody>
            {summary.topKeys.slice(0, SHOWN).map((key) => (
              <tr key={key.keyId}>
                <td>
                  <Link to="/keys/$keyId" params={{ keyId: key.keyId }} className={styles.key}>
                    <BittingGlyph keyId={key.keyId} size={16} /> {key.name}
                  </Link>
                </td>
                <Counts total={key.total} refused={key.refused} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section aria-labelledby="top-endpoints">
        <h2 id="top-endpoints">Endpoints with most requests</h2>
        <table className={styles.table}>
          <Head first="Endpoint" />
          <tbody>
            {summary.topEndpoints.slice(0, SHOWN).map((endpoint) => (
              <tr key={`${endpoint.method} ${endpoint.path}`}>
                <td className={styles.mono}>
                  {endpoint.method} {endpoint.path}
                </td>
                <Counts total={endpoint.total} refused={endpoint.refused} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Head({ first }: { readonly first: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        <th scope="col">Requests</th>
        <th scope="col">Refused</th>
      </tr>
    </thead>
  );
}

function Counts({ total, refused }: { readonly total: number; readonly refused: number }) {
  return (
    <>
      <td>{count(total)}</td>
      <td>{refused === 0 ? '0' : `${count(refused)} (${percent(refused / total)})`}</td>
    </>
  );
}
