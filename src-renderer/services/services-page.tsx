import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Service } from '#contract/services.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { useServices, useSettings } from '#renderer/api/queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { CreateServiceDialog } from './service-dialog.tsx';
import styles from './services.module.css';
import { TokenDialog } from './token-dialog.tsx';

const COLUMNS: readonly Column<Service>[] = [
  {
    id: 'name',
    header: 'Service',
    track: 'minmax(180px, 2fr)',
    cell: (service) => <strong className={textStyles.cut}>{service.name}</strong>,
  },
  {
    id: 'baseUrl',
    header: 'Base address',
    track: 'minmax(160px, 2fr)',
    hideBelow: 760,
    cell: (service) => (
      <span className={`${styles.mono ?? ''} ${textStyles.cut ?? ''}`}>{service.baseUrl ?? '—'}</span>
    ),
  },
  {
    id: 'endpoints',
    header: 'Endpoints',
    track: '90px',
    align: 'end',
    cell: (service) => count(service.endpointCount),
  },
  {
    id: 'scopes',
    header: 'Scopes',
    track: '80px',
    align: 'end',
    cell: (service) => count(service.scopeCount),
  },
  {
    id: 'lastSeen',
    header: 'Last asked',
    track: '120px',
    cell: (service) =>
      service.lastSeenAt === null ? (
        <span className={styles.quiet}>never</span>
      ) : (
        <RelativeTime at={service.lastSeenAt} />
      ),
  },
];

/** All services with their catalogues. */
export function ServicesPage() {
  const query = useServices();
  const settings = useSettings();
  const navigate = useNavigate();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<Output<'services.create'> | null>(null);
  const open = (service: Service) =>
    void navigate({ to: '/services/$serviceId', params: { serviceId: service.id } });
  const items = query.data?.items;
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setIsCreating(true)}>
      New service
    </Button>
  );
  return (
    <Page isFilled>
      <PageHeader
        title="Services"
        count={items === undefined ? undefined : counted(items.length, 'service')}
        actions={items?.length === 0 ? undefined : create}
      />
      <AsyncRegion
        query={query}
        subject="The services"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No services yet" actions={create}>
            A service is an API of yours. Its catalogue of endpoints is the vocabulary of scopes.
          </EmptyState>
        }
      >
        {(data) => (
          <VirtualTable
            label="Services"
            columns={COLUMNS}
            rows={data.items}
            rowCount={data.items.length}
            rowKey={(service) => service.id}
            onSelect={open}
            onOpen={open}
          />
        )}
      </AsyncRegion>
      {isCreating && (
        <CreateServiceDialog
          onClose={() => setIsCreating(false)}
          onCreated={(result) => {
            setIsCreating(false);
            setCreated(result);
          }}
        />
      )}
      {created !== null && created.token !== null && (
        <TokenDialog
          title={`Service token of ${created.service.name}`}
          token={created.token}
          variable="LATCHKEY_SERVICE_TOKEN"
          clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
          onDone={() => {
            const { service } = created;
            setCreated(null);
            open(service);
          }}
        />
      )}
    </Page>
  );
}
