import type { AccessRequest } from '#contract/access-requests.ts';
import { compactCount } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import textStyles from '#renderer/ui/text.module.css';
import styles from './access.module.css';
import { aboutOf, attentionOf, STATE_WORDS } from './access-words.ts';

/** State of a request as a word. */
export function AccessStateChip({ request }: { readonly request: Pick<AccessRequest, 'state'> }) {
  const { word, tone } = STATE_WORDS[request.state];
  return <Chip tone={tone}>{word}</Chip>;
}

function Attention({ request }: { readonly request: AccessRequest }) {
  const attention = attentionOf(request);
  if (attention === null) return null;
  return <span className={`${textStyles.cut ?? ''} ${styles.question ?? ''}`}>{attention}</span>;
}

/** Columns of the list of key requests. */
export const ACCESS_COLUMNS: readonly Column<AccessRequest>[] = [
  {
    id: 'application',
    header: 'Application',
    track: 'minmax(150px, 1.3fr)',
    cell: (request) => (
      <span className={textStyles.twoLines}>
        <strong className={textStyles.cut}>{request.application}</strong>
        <span className={`${textStyles.cut ?? ''} ${textStyles.quiet ?? ''}`}>{request.team}</span>
      </span>
    ),
  },
  {
    id: 'contact',
    header: 'Contact',
    track: 'minmax(140px, 1.2fr)',
    hideBelow: 640,
    cell: (request) => <span className={textStyles.cut}>{request.contactEmail}</span>,
  },
  {
    id: 'wants',
    header: 'Wants',
    track: 'minmax(150px, 1.6fr)',
    hideBelow: 820,
    cell: (request) => (
      <span className={`${textStyles.cut ?? ''} ${styles.mono ?? ''}`}>{aboutOf(request)}</span>
    ),
  },
  {
    id: 'volume',
    header: 'A day',
    track: '76px',
    align: 'end',
    hideBelow: 920,
    cell: (request) => compactCount(request.requestsPerDay),
  },
  {
    id: 'state',
    header: 'State',
    track: '160px',
    cell: (request) => (
      <span className={textStyles.twoLines}>
        <span>
          <AccessStateChip request={request} />
        </span>
        <Attention request={request} />
      </span>
    ),
  },
  {
    id: 'sent',
    header: 'Sent',
    track: '110px',
    hideBelow: 560,
    cell: (request) => <RelativeTime at={request.createdAt} />,
  },
];
