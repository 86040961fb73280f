import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, Plus, Route } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Endpoint, Service } from '#contract/services.ts';
import { useDeleteEndpoint } from '#renderer/api/commands.ts';
import { useEndpoints, useEndpointUsage } from '#renderer/api/queries.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { AddEndpointDialog } from './add-endpoint-dialog.tsx';
import { endpointColumns } from './endpoint-columns.tsx';
import { EndpointUsersDialog } from './endpoint-users-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ObservedDialog } from './observed-dialog.tsx';
import styles from './services.module.css';

type Task = 'import' | 'add' | 'observed';

/** The endpoint catalogue of a service: search, import, add, remove. */
export function EndpointsPanel({ service }: { readonly service: Service }) {
  const query = useEndpoints({ serviceId: service.id });
  const { text = '' } = useSearch({ from: '/services/$serviceId' });
  const navigate = useNavigate();
  const [task, setTask] = useState<Task | null>(null);
  const [removing, setRemoving] = useState<Endpoint | null>(null);
  const [asking, setAsking] = useState<Endpoint | null>(null);
  const usage = useEndpointUsage({ serviceId: service.id }).data;
  const columns = useMemo(
    () => endpointColumns(usage, { onUsers: setAsking, onDelete: setRemoving }),
    [usage],
  );
  const all = query.data?.items;
  const shown = useMemo(() => (all ?? []).filter((endpoint) => matches(endpoint, text)), [all, text]);
  const setText = (next: string) =>
    void navigate({
      to: '/services/$serviceId',
      params: { serviceId: service.id },
      search: { tab: 'endpoints', ...(next === '' ? {} : { text: next }) },
      replace: true,
    });
  return (
    <>
      <div className={styles.toolbar}>
        <TextField
          label="Search endpoints"
          hideLabel
          isSmall
          type="search"
          placeholder="Search endpoints"
          value={text}
          onChange={setText}
        />
        <span className={styles.spacer} />
        <PanelButtons onTask={setTask} />
      </div>
      <AsyncRegion
        query={query}
        subject="The endpoints"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="The catalogue is empty">
            Import an OpenAPI document or paste a list of paths. Scopes can then be clicked together instead
            of typed.
          </EmptyState>
        }
      >
        {() =>
          shown.length === 0 ? (
            <EmptyState
              title={`No endpoint matches “${text}”`}
              actions={<Button onClick={() => setText('')}>Clear search</Button>}
            />
          ) : (
            <div className={styles.tableFrame}>
              {usage !== undefined && !usage.areRequestsWhole && (
                <p className={styles.quiet}>
                  There were so many requests that they are counted since <AbsoluteTime at={usage.from} />{' '}
                  only.
                </p>
              )}
              <VirtualTable
                label="Endpoints"
                columns={columns}
                rows={shown}
                rowCount={shown.length}
                rowKey={(endpoint) => endpoint.id}
              />
            </div>
          )
        }
      </AsyncRegion>
      {task === 'import' && <ImportDialog service={service} onClose={() => setTask(null)} />}
      {task === 'add' && <AddEndpointDialog service={service} onClose={() => setTask(null)} />}
      {task === 'observed' && <ObservedDialog service={service} onClose={() => setTask(null)} />}
      {asking !== null && <EndpointUsersDialog endpoint={asking} onClose={() => setAsking(null)} />}
      {removing !== null && <RemoveEndpoint endpoint={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function PanelButtons({ onTask }: { readonly onTask: (task: Task) => void }) {
  return (
    <>
      <Button variant="primary" icon={<FileUp aria-hidden />} onClick={() => onTask('import')}>
        Import endpoints
      </Button>
      <Button icon={<Plus aria-hidden />} onClick={() => onTask('add')}>
        Add endpoint
      </Button>
      <Button icon={<Route aria-hidden />} onClick={() => onTask('observed')}>
        Observed paths
      </Button>
    </>
  );
}

function RemoveEndpoint({
  endpoint,
  onClose,
}: {
  readonly endpoint: Endpoint;
  readonly onClose: () => void;
}) {
  const remove = useDeleteEndpoint();
  const { say } = useToasts();
  const confirm = async () => {
    const outcome = await remove.run({ endpointId: endpoint.id });
    if (!outcome.ok) return;
    say('Endpoint removed from the catalogue');
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={remove.isRunning}
      title="Remove endpoint?"
      description={`${endpoint.method} ${endpoint.path} leaves the catalogue. Scopes and keys keep their rules, and verification does not change.`}
      confirmLabel="Remove endpoint"
    >
      <ErrorNote error={remove.error} />
    </AlertDialog>
  );
}

function matches(endpoint: Endpoint, text: string): boolean {
  const words = `${endpoint.method} ${endpoint.path} ${endpoint.group} ${endpoint.summary}`.toLowerCase();
  return words.includes(text.trim().toLowerCase());
}
