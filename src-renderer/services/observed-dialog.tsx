import { useState } from 'react';
import { OBSERVED_DAYS, type SuggestedEndpoint } from '#contract/endpoint-import.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { Service } from '#contract/services.ts';
import { useAddObserved } from '#renderer/api/commands.ts';
import { useObservedEndpoints } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { PathText } from '#renderer/ui/path-text.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import textStyles from '#renderer/ui/text.module.css';
import styles from './services.module.css';

/** Paths that keys asked for and the catalogue does not have, as templates that one click merges into it. Mounted only while
 *  open: the log is read then. */
export function ObservedDialog({
  service,
  onClose,
}: {
  readonly service: Service;
  readonly onClose: () => void;
}) {
  const query = useObservedEndpoints({ serviceId: service.id });
  const add = useAddObserved();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = (query.data?.items ?? []).filter((one) => !left.has(nameOf(one)));
  const submit = async () => {
    const endpoints = chosen.map(({ method, path }) => ({ method, path }));
    const outcome = await add.run({ serviceId: service.id, endpoints });
    if (!outcome.ok) return;
    say(`${counted(outcome.data.added, 'endpoint')} added to the catalogue`);
    onClose();
  };
  const toggle = (name: string, isChosen: boolean) => {
    const next = new Set(left);
    if (isChosen) next.delete(name);
    else next.add(name);
    setLeft(next);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={`Observed paths of ${service.name}`}
      description={`What keys asked for in the last ${counted(OBSERVED_DAYS, 'day')} and the catalogue does not have. Adding it gives nobody access: it can then be clicked together into scopes.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={add.isRunning}
            disabledReason={
              forbidden('endpoints.addObserved') ??
              (chosen.length === 0 ? 'There is nothing chosen to add.' : undefined)
            }
            onClick={() => void submit()}
          >
            {chosen.length === 0 ? 'Add to catalogue' : `Add ${counted(chosen.length, 'endpoint')}`}
          </Button>
        </>
      }
    >
      <AsyncRegion
        query={query}
        subject="The observed paths"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState title="Nothing new was observed">
            Every path that keys asked for fits an endpoint of the catalogue.
          </EmptyState>
        }
      >
        {({ items, rows, from, isWhole }) => (
          <>
            <div className={styles.observed} tabIndex={0} role="group" aria-label="Suggested endpoints">
              <PlainTable
                label="Suggested endpoints"
                columns={columnsOf(left, toggle)}
                rows={items}
                rowKey={nameOf}
              />
            </div>
            {!isWhole && <ReadInPart rows={rows} from={from} />}
          </>
        )}
      </AsyncRegion>
      <ErrorNote error={add.error} />
    </Dialog>
  );
}

function ReadInPart({ rows, from }: { readonly rows: number; readonly from: TimestampMs }) {
  return (
    <p className={styles.quiet}>
      There is a lot of traffic: only the newest {counted(rows, 'request')} were read, back to{' '}
      <RelativeTime at={from} />.
    </p>
  );
}

function columnsOf(
  left: ReadonlySet<string>,
  onToggle: (name: string, isChosen: boolean) => void,
): readonly PlainColumn<SuggestedEndpoint>[] {
  return [
    {
      header: 'Suggested endpoint',
      cell: (one) => (
        <Checkbox
          label={<span className={styles.suggested}>{nameOf(one)}</span>}
          isChecked={!left.has(nameOf(one))}
          onChange={(isChosen) => onToggle(nameOf(one), isChosen)}
        />
      ),
    },
    {
      header: 'Observed as',
      cell: ({ examples, pathCount }) => (
        <div className={styles.examples}>
          {examples.map((path) => (
            <div key={path} className={`${styles.mono ?? ''} ${textStyles.cut ?? ''}`} title={path}>
              <PathText path={path} />
            </div>
          ))}
          {pathCount > examples.length && `and ${count(pathCount - examples.length)} more`}
        </div>
      ),
    },
    { header: 'Requests', align: 'end', cell: ({ requests }) => count(requests) },
    { header: 'Allowed', align: 'end', cell: ({ allowed }) => count(allowed) },
    {
      header: 'Last',
      cell: ({ lastAt }) => (
        <span className={styles.moment}>
          <RelativeTime at={lastAt} />
        </span>
      ),
    },
  ];
}

function nameOf({ method, path }: Pick<SuggestedEndpoint, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
