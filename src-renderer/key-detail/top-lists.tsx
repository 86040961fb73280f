import { Link } from '@tanstack/react-router';
import type { KeyId } from '#contract/ids.ts';
import type { Output } from '#contract/contract.ts';
import { METHODS } from '#contract/http-methods.ts';
import type { Caller } from '#contract/usage.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './key-detail.module.css';

type TopEndpoint = Output<'usage.summary'>['topEndpoints'][number];

const SHOWN_MAX = 10;

/** Endpoints with the most requests; each leads to its requests. */
export function TopEndpoints({
  endpoints,
  keyId,
}: {
  readonly endpoints: readonly TopEndpoint[];
  readonly keyId: KeyId;
}) {
  return (
    <section aria-labelledby="top-endpoints">
      <h2 id="top-endpoints">Top endpoints</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Endpoint</th>
            <th scope="col">Requests</th>
            <th scope="col">Refused</th>
          </tr>
        </thead>
        <tbody>
          {endpoints.slice(0, SHOWN_MAX).map((endpoint) => (
            <tr key={`${endpoint.method} ${endpoint.path}`}>
              <th scope="row">
                <Link
                  to="/keys/$keyId"
                  params={{ keyId }}
                  search={{
                    tab: 'requests',
                    path: endpoint.path,
                    method: METHODS.find((method) => method === endpoint.method),
                  }}
                  className={styles.endpoint}
                >
                  {endpoint.method} {endpoint.path}
                </Link>
              </th>
              <td>{count(endpoint.total)}</td>
              <td>
                {endpoint.refused === 0
                  ? '0'
                  : `${count(endpoint.refused)} (${percent(endpoint.refused / endpoint.total)})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Who calls with the key, from the newest requests of the range; each address leads to its requests. */
export function TopCallers({
  callers,
  keyId,
}: {
  readonly callers: readonly Caller[];
  readonly keyId: KeyId;
}) {
  return (
    <section aria-labelledby="top-callers">
      <h2 id="top-callers">Callers</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Program</th>
            <th scope="col">Secret</th>
            <th scope="col">Requests</th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {callers.slice(0, SHOWN_MAX).map((caller) => (
            <tr
              key={`${String(caller.clientIp)} ${String(caller.userAgent)} ${String(caller.secretVersion)}`}
            >
              <th scope="row">
                {caller.clientIp === null ? (
                  'not sent'
                ) : (
                  <Link
                    to="/keys/$keyId"
                    params={{ keyId }}
                    search={{ tab: 'requests', ip: caller.clientIp }}
                    className={styles.endpoint}
                  >
                    {caller.clientIp}
                  </Link>
                )}
              </th>
              <td className={styles.program}>{caller.userAgent ?? 'not sent'}</td>
              <td>{caller.secretVersion ?? '–'}</td>
              <td>{count(caller.count)}</td>
              <td>
                <RelativeTime at={caller.lastAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {callers.length > SHOWN_MAX && (
        <p className={styles.quiet}>and {count(callers.length - SHOWN_MAX)} more</p>
      )}
    </section>
  );
}
