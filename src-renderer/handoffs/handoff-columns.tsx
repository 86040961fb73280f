import type { Handoff } from '#contract/handoffs.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import textStyles from '#renderer/ui/text.module.css';
import { ATTENTION_WORDS, CHANNEL_WORDS, CODE_HELD_WORDS, STATE_WORDS } from './handoff-words.ts';
import styles from './handoffs.module.css';

/** State of a handoff as a word. */
export function HandoffStateChip({ handoff }: { readonly handoff: Pick<Handoff, 'state'> }) {
  const { word, tone } = STATE_WORDS[handoff.state];
  return <Chip tone={tone}>{word}</Chip>;
}

/** Can it no longer expire? */
function isOver({ state }: Handoff): boolean {
  return state !== 'prepared' && state !== 'opened' && state !== 'expired';
}

/** Columns of the list of handoffs. */
export const HANDOFF_COLUMNS: readonly Column<Handoff>[] = [
  {
    id: 'key',
    header: 'Key',
    track: 'minmax(150px, 1.4fr)',
    cell: (handoff) => (
      <span className={textStyles.twoLines}>
        <strong className={textStyles.cut}>{handoff.keyName}</strong>
        <span className={`${textStyles.cut ?? ''} ${textStyles.quiet ?? ''}`}>
          {handoff.partnerName} / {handoff.applicationName}
        </span>
      </span>
    ),
  },
  {
    id: 'recipient',
    header: 'Recipient',
    track: 'minmax(130px, 1.2fr)',
    cell: (handoff) => (
      <span className={textStyles.twoLines}>
        <span className={textStyles.cut}>{handoff.recipientName}</span>
        {handoff.recipientContact !== '' && (
          <span className={`${textStyles.cut ?? ''} ${textStyles.quiet ?? ''}`}>
            {handoff.recipientContact}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'channel',
    header: 'Channel',
    track: '140px',
    hideBelow: 760,
    cell: (handoff) => <span className={textStyles.cut}>{CHANNEL_WORDS[handoff.channel]}</span>,
  },
  {
    id: 'state',
    header: 'State',
    track: '116px',
    cell: (handoff) => (
      <span className={textStyles.twoLines}>
        <span>
          <HandoffStateChip handoff={handoff} />
        </span>
        {handoff.isCodeHeld && (
          <span className={`${textStyles.cut ?? ''} ${styles.question ?? ''}`}>{CODE_HELD_WORDS.word}</span>
        )}
        {handoff.attention !== null && (
          <span className={`${textStyles.cut ?? ''} ${styles.question ?? ''}`}>
            {ATTENTION_WORDS[handoff.attention].word}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'expires',
    header: 'Expires',
    track: '110px',
    hideBelow: 860,
    cell: (handoff) =>
      isOver(handoff) || handoff.expiresAt === null ? '–' : <RelativeTime at={handoff.expiresAt} />,
  },
  {
    id: 'created',
    header: 'Created',
    track: '110px',
    hideBelow: 680,
    cell: (handoff) => <RelativeTime at={handoff.createdAt} />,
  },
  {
    id: 'by',
    header: 'By',
    track: 'minmax(90px, 0.7fr)',
    hideBelow: 960,
    cell: (handoff) => <span className={textStyles.cut}>{handoff.createdBy}</span>,
  },
];
