import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Service } from '#contract/services.ts';
import { useService } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { GatewaysPanel } from '#renderer/gateways/gateways-panel.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';
import { ConnectPanel } from './connect-panel.tsx';
import { EndpointsPanel } from './endpoints-panel.tsx';
import { keptSummary } from './kept-words.ts';
import { ProductsPanel } from './products-panel.tsx';
import { ScopesPanel } from './scopes-panel.tsx';
import { EditServiceDialog } from './service-dialog.tsx';
import styles from './services.module.css';
import { TokensPanel } from './tokens-panel.tsx';

/** One service: its endpoint catalogue, its scopes, and how to point it at Latchkey. */
export function ServicePage() {
  const { serviceId } = useParams({ from: '/services/$serviceId' });
  const query = useService({ serviceId });
  return (
    <Page>
      <AsyncRegion query={query} subject="The service" className={styles.service}>
        {(service) => <ServiceView service={service} />}
      </AsyncRegion>
    </Page>
  );
}

function ServiceView({ service }: { readonly service: Service }) {
  const { tab = 'endpoints' } = useSearch({ from: '/services/$serviceId' });
  const navigate = useNavigate();
  const [isEditing, setIsEditing] = useState(false);
  const kept = keptSummary({ live: service.keepLiveSeconds, test: service.keepTestSeconds });
  return (
    <>
      <PageHeader
        title={service.name}
        count={`${counted(service.endpointCount, 'endpoint')}, ${counted(service.scopeCount, 'scope')}`}
        actions={
          <Button icon={<Pencil aria-hidden />} onClick={() => setIsEditing(true)}>
            Edit service
          </Button>
        }
      >
        <p>
          <Link to="/services">All services</Link> ·{' '}
          {service.lastSeenAt === null ? (
            'has not asked yet'
          ) : (
            <>
              last asked <RelativeTime at={service.lastSeenAt} />
            </>
          )}
          {service.askedFrom.length > 0 && ` · asks from ${service.askedFrom.join(', ')} only`}
          {kept !== null && ` · ${kept}`}
        </p>
      </PageHeader>
      <Tabs
        label="Service"
        value={tab}
        onChange={(next) =>
          void navigate({
            to: '/services/$serviceId',
            params: { serviceId: service.id },
            search: { tab: next },
            replace: true,
          })
        }
        tabs={[
          { value: 'endpoints', label: 'Endpoints', panel: <EndpointsPanel service={service} /> },
          { value: 'scopes', label: 'Scopes', panel: <ScopesPanel service={service} /> },
          { value: 'products', label: 'Products', panel: <ProductsPanel service={service} /> },
          { value: 'connect', label: 'Connect', panel: <ConnectPanel service={service} /> },
          { value: 'tokens', label: 'Tokens', panel: <TokensPanel service={service} /> },
          { value: 'gateways', label: 'Gateways', panel: <GatewaysPanel service={service} /> },
        ]}
      />
      {isEditing && <EditServiceDialog service={service} onClose={() => setIsEditing(false)} />}
    </>
  );
}
