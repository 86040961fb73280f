import { Trash2 } from 'lucide-react';
import type { Output } from '#contract/contract.ts';
import type { EndpointUsage } from '#contract/endpoint-usage.ts';
import type { Endpoint } from '#contract/services.ts';
import { compactCount, count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { PathText } from '#renderer/ui/path-text.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import textStyles from '#renderer/ui/text.module.css';
import styles from './services.module.css';

const SOURCE_WORDS = { openapi: 'OpenAPI', manual: 'Typed in', observed: 'Observed' } as const;

interface RowActions {
  readonly onUsers: (endpoint: Endpoint) => void;
  readonly onDelete: (endpoint: Endpoint) => void;
}

/** Columns of the catalogue; `usage` is undefined until it is known. */
export function endpointColumns(
  usage: Output<'endpoints.usage'> | undefined,
  { onUsers, onDelete }: RowActions,
): readonly Column<Endpoint>[] {
  const usages = new Map(usage?.items.map((one) => [one.endpointId, one]));
  return [...WHAT, ...usageColumns(usages, usage?.areKeysWhole ?? true, onUsers), ...originColumns(onDelete)];
}

const WHAT: readonly Column<Endpoint>[] = [
  {
    id: 'method',
    header: 'Method',
    track: '72px',
    cell: (endpoint) => <span className={styles.mono}>{endpoint.method}</span>,
  },
  {
    id: 'path',
    header: 'Path',
    track: 'minmax(180px, 3fr)',
    cell: (endpoint) => (
      <span className={`${styles.mono ?? ''} ${textStyles.cut ?? ''}`} title={endpoint.path}>
        <PathText path={endpoint.path} />
      </span>
    ),
  },
  {
    id: 'group',
    header: 'Group',
    track: 'minmax(80px, 1fr)',
    hideBelow: 700,
    cell: (endpoint) => <span className={textStyles.cut}>{endpoint.group}</span>,
  },
  {
    id: 'summary',
    header: 'Summary',
    track: 'minmax(110px, 2fr)',
    hideBelow: 860,
    cell: (endpoint) => (
      <span className={textStyles.cut} title={endpoint.summary}>
        {endpoint.summary}
      </span>
    ),
  },
];

function usageColumns(
  usages: ReadonlyMap<string, EndpointUsage>,
  areKeysWhole: boolean,
  onUsers: (endpoint: Endpoint) => void,
): readonly Column<Endpoint>[] {
  return [
    {
      id: 'keys',
      header: 'Keys',
      track: '72px',
      align: 'end',
      cell: (endpoint) => {
        const usage = usages.get(endpoint.id);
        if (usage === undefined) return UNKNOWN;
        const keys = `${areKeysWhole ? '' : 'at least '}${counted(usage.keyCount, 'key')}`;
        return (
          <Button
            variant="quiet"
            className={styles.figure}
            aria-label={`${keys} may call ${endpoint.method} ${endpoint.path}`}
            onClick={() => onUsers(endpoint)}
          >
            {compactCount(usage.keyCount)}
            {!areKeysWhole && '+'}
          </Button>
        );
      },
    },
    {
      id: 'requests',
      header: 'Requests, 30 d',
      track: '104px',
      align: 'end',
      cell: ({ id }) => {
        const usage = usages.get(id);
        return usage === undefined ? UNKNOWN : count(usage.requests);
      },
    },
    {
      id: 'seen',
      header: 'Last seen',
      track: '104px',
      hideBelow: 640,
      cell: ({ id }) => {
        const usage = usages.get(id);
        if (usage === undefined) return UNKNOWN;
        if (usage.lastAt === null) return <span className={styles.quiet}>not in 30 d</span>;
        return <RelativeTime at={usage.lastAt} />;
      },
    },
  ];
}

const UNKNOWN = <span className={styles.quiet}>–</span>;

function originColumns(onDelete: (endpoint: Endpoint) => void): readonly Column<Endpoint>[] {
  return [
    {
      id: 'source',
      header: 'Source',
      track: '78px',
      hideBelow: 1_000,
      cell: (endpoint) => SOURCE_WORDS[endpoint.source],
    },
    {
      id: 'updated',
      header: 'Changed',
      track: '104px',
      hideBelow: 1_120,
      cell: (endpoint) => <RelativeTime at={endpoint.updatedAt} />,
    },
    {
      id: 'actions',
      header: 'Remove',
      track: '64px',
      cell: (endpoint) => (
        <IconButton
          label={`Remove ${endpoint.method} ${endpoint.path}`}
          icon={<Trash2 aria-hidden />}
          onClick={() => onDelete(endpoint)}
        />
      ),
    },
  ];
}
