import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Service } from '#contract/services.ts';
import type { ConnectedVerifier } from '#contract/system.ts';
import { useNoticeSetup, useServices, useStatus } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import styles from './settings.module.css';

/** Everything that talks with Latchkey from outside, how it stands with it, and where it is set up. */
export function IntegrationsSection() {
  const url = useStatus().data?.service.url ?? null;
  const cannotSeeNotices = useForbidden()('notices.setup');
  return (
    <>
      <Block title="Services and gateways">
        <ServiceTable />
      </Block>
      <Block title="Notices">
        {cannotSeeNotices === undefined ? (
          <NoticeChannels />
        ) : (
          <p className={styles.quiet}>{cannotSeeNotices}</p>
        )}
      </Block>
      <Block title="Metrics">
        <p className={styles.quiet}>Prometheus reads them with the token of a service or an admin token.</p>
        {url !== null && (
          <CodeBlock
            label="metrics command"
            code={`curl -s ${url}/metrics -H "Authorization: Bearer $LATCHKEY_SERVICE_TOKEN"`}
          />
        )}
      </Block>
      <Block title="Secret scanner">
        <p className={styles.quiet}>
          Finds keys and tokens in files, staged changes and the whole history of a repository, on this
          machine alone. What it finds is answered under <Link to="/leaks">Leaks</Link>.
        </p>
        <CodeBlock
          label="scanner commands"
          code={'npx latchkey scan .\nnpx latchkey scan --staged\nnpx latchkey scan --history'}
        />
      </Block>
      <Block title="Command line">
        <p className={styles.quiet}>
          With an admin token of{' '}
          <Link to="/settings/$section" params={{ section: 'access' }}>
            Access
          </Link>{' '}
          in LATCHKEY_ADMIN_TOKEN it shows how the server is; builds fetch keys of their own with it.
        </p>
        <CodeBlock
          label="command line commands"
          code={'npx latchkey status\nnpx latchkey form\nnpx latchkey --help'}
        />
      </Block>
    </>
  );
}

function Block({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.block} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function ServiceTable() {
  const services = useServices();
  const verifiers = useStatus().data?.verifiers ?? [];
  return (
    <AsyncRegion
      query={services}
      subject="The services"
      isEmpty={({ items }) => items.length === 0}
      empty={
        <EmptyState title="No services yet">
          A service is what asks whether a request may pass. <Link to="/services">Make the first one</Link>.
        </EmptyState>
      }
    >
      {({ items }) => (
        <PlainTable label="Services" columns={columnsOf(verifiers)} rows={items} rowKey={({ id }) => id} />
      )}
    </AsyncRegion>
  );
}

function columnsOf(verifiers: readonly ConnectedVerifier[]): readonly PlainColumn<Service>[] {
  return [
    {
      header: 'Service',
      cell: ({ id, name }) => (
        <Link to="/services/$serviceId" params={{ serviceId: id }} search={{ tab: 'connect' }}>
          {name}
        </Link>
      ),
    },
    {
      header: 'Last asked',
      cell: ({ lastSeenAt }) => (lastSeenAt === null ? 'not yet' : <RelativeTime at={lastSeenAt} />),
    },
    {
      header: 'Hears of changes',
      cell: ({ id }) => {
        const listening = verifiers.filter(({ serviceId }) => serviceId === id).length;
        return listening === 0 ? 'nobody' : counted(listening, 'program');
      },
    },
    {
      header: 'Gateway',
      cell: ({ id, name }) => (
        <Link
          to="/services/$serviceId"
          params={{ serviceId: id }}
          search={{ tab: 'gateways' }}
          aria-label={`Set up or test gateways of ${name}`}
        >
          Set up or test
        </Link>
      ),
    },
  ];
}

interface Channel {
  readonly id: string;
  readonly name: string;
  /** null: nowhere yet. */
  readonly place: string | null;
  readonly isOn: boolean;
}

const CHANNEL_COLUMNS: readonly PlainColumn<Channel>[] = [
  { header: 'Channel', cell: ({ name }) => name },
  {
    header: 'Leads to',
    cell: ({ place }) => (place === null ? 'not set up' : <span className={styles.mono}>{place}</span>),
  },
  { header: 'State', cell: ({ isOn }) => (isOn ? <Chip tone="ok">On</Chip> : <Chip>Off</Chip>) },
];

function NoticeChannels() {
  const setup = useNoticeSetup();
  return (
    <>
      <AsyncRegion query={setup} subject="The notices">
        {({ mail, webhooks }) => (
          <PlainTable<Channel>
            label="Channels of notices"
            columns={CHANNEL_COLUMNS}
            rows={[
              { id: 'mail', name: 'Mail', place: mail?.host ?? null, isOn: mail?.isOn === true },
              ...webhooks.map(({ id, name, origin, isOn }) => ({ id, name, place: origin, isOn })),
            ]}
            rowKey={({ id }) => id}
          />
        )}
      </AsyncRegion>
      <p>
        <Link to="/settings/$section" params={{ section: 'notices' }}>
          Webhooks, mail and deliveries
        </Link>
      </p>
    </>
  );
}
