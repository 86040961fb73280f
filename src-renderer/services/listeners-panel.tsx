import type { Service } from '#contract/services.ts';
import type { ConnectedVerifier } from '#contract/system.ts';
import { useStatus } from '#renderer/api/queries.ts';
import { latency } from '#renderer/format/durations.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import styles from './services.module.css';

/** Asked again this often while the panel can be seen. */
const EVERY_MS = 5_000;

/** Programs of the service that keep decisions and hear at once which keys changed. */
export function ListenersPanel({ service }: { readonly service: Service }) {
  const status = useStatus({ everyMs: EVERY_MS });
  return (
    <section className={styles.form} aria-labelledby="listeners">
      <h2 id="listeners">Who hears of changes</h2>
      <AsyncRegion
        query={status}
        subject="The listeners"
        isEmpty={({ verifiers }) => listenersOf(verifiers, service).length === 0}
        empty={
          <p className={styles.quiet}>
            No program of this service listens to <Code>GET /v1/events</Code>. Only one that keeps decisions
            for a time needs to; without that, every change holds at the next call.
          </p>
        }
      >
        {({ verifiers }) => (
          <PlainTable
            label="Programs that listen"
            columns={COLUMNS}
            rows={listenersOf(verifiers, service)}
            rowKey={({ streamId }) => streamId}
          />
        )}
      </AsyncRegion>
    </section>
  );
}

const COLUMNS: readonly PlainColumn<ConnectedVerifier>[] = [
  { header: 'Listens since', cell: ({ connectedAt }) => <RelativeTime at={connectedAt} /> },
  {
    header: 'Heard last',
    cell: ({ lastTakenAt }) => (lastTakenAt === null ? 'nothing yet' : <RelativeTime at={lastTakenAt} />),
  },
  {
    header: 'Acknowledged',
    cell: ({ lastAcknowledgedAt }) =>
      lastAcknowledgedAt === null ? 'never says so' : <RelativeTime at={lastAcknowledgedAt} />,
  },
  {
    header: 'Lag',
    cell: ({ lagMs }) => (lagMs === null ? '—' : latency(lagMs * 1_000)),
  },
  {
    header: 'Changes not yet acted on',
    cell: ({ behind }) => (behind === 0 ? 'none' : <Chip tone="danger">{count(behind)}</Chip>),
  },
];

function listenersOf(verifiers: readonly ConnectedVerifier[], { id }: Service): readonly ConnectedVerifier[] {
  return verifiers.filter(({ serviceId }) => serviceId === id);
}
