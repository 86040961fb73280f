import type { AuditEvent } from '#contract/audit.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import textStyles from '#renderer/ui/text.module.css';
import { eventWords, reasonWords } from './audit-words.ts';
import styles from './audit.module.css';

/** Where an action came from, in words. */
export const SOURCE_WORDS: Readonly<Record<AuditEvent['actor']['kind'], string>> = {
  desktop: 'Desktop',
  session: 'Browser',
  token: 'Admin token',
  system: 'Latchkey itself',
};

/** Columns of the audit trail. */
export const AUDIT_COLUMNS: readonly Column<AuditEvent>[] = [
  { id: 'seq', header: 'No.', track: '44px', cell: (event) => event.seq },
  {
    id: 'time',
    header: 'Time',
    track: '164px',
    cell: (event) => <AbsoluteTime at={event.at} className={styles.time ?? ''} />,
  },
  {
    id: 'what',
    header: 'What happened',
    track: 'minmax(220px, 2.4fr)',
    cell: (event) => <Sentence event={event} />,
  },
  {
    id: 'actor',
    header: 'By',
    track: 'minmax(100px, 0.8fr)',
    hideBelow: 680,
    cell: (event) => <span className={textStyles.cut}>{event.actor.name}</span>,
  },
  {
    id: 'source',
    header: 'Source',
    track: '104px',
    hideBelow: 860,
    cell: (event) => SOURCE_WORDS[event.actor.kind],
  },
  {
    id: 'reason',
    header: 'Reason',
    track: 'minmax(100px, 1fr)',
    hideBelow: 760,
    cell: (event) => <span className={textStyles.cut}>{reasonWords(event)}</span>,
  },
];

function Sentence({ event }: { readonly event: AuditEvent }) {
  const { before, name, after } = eventWords(event);
  return (
    <span className={textStyles.cut}>
      {before}
      {name !== null && <strong>{name}</strong>}
      {after}
    </span>
  );
}
