import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import type { TemplateKey } from '#contract/templates.ts';
import { StatusChip } from '#renderer/ui/chip.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { isChosen, type KeyChoice } from './key-choice.ts';
import { driftWords } from './template-words.ts';
import styles from './templates.module.css';

/** Rows that the table is high for; more are scrolled to. */
const ROWS_SHOWN_MAX = 10;

interface TemplateKeyTableProps {
  /** Those that are loaded. */
  readonly keys: readonly TemplateKey[];
  readonly keyCount: number;
  readonly choice: KeyChoice;
  readonly onChoose: (keys: readonly TemplateKey[], isChosen: boolean) => void;
  readonly onMore: () => void;
}

const COLUMNS: readonly Column<TemplateKey>[] = [
  {
    id: 'key',
    header: 'Key',
    track: 'minmax(160px, 2fr)',
    cell: ({ keyId, name }) => (
      <Link to="/keys/$keyId" params={{ keyId }} tabIndex={-1} className={styles.cut}>
        {name}
      </Link>
    ),
  },
  { id: 'status', header: 'Status', track: '110px', cell: ({ status }) => <StatusChip status={status} /> },
  {
    id: 'drift',
    header: 'Differs in',
    track: 'minmax(140px, 2fr)',
    cell: ({ drift }) => (
      <span className={styles.cut} title={driftWords(drift)}>
        {drift.length === 0 ? 'nothing' : driftWords(drift)}
      </span>
    ),
  },
  {
    id: 'partner',
    header: 'Partner / application',
    track: 'minmax(140px, 2fr)',
    hideBelow: 640,
    cell: ({ partnerName, applicationName }) => (
      <span className={styles.cut}>
        {partnerName} / {applicationName}
      </span>
    ),
  },
];

/** The keys of a template by the thousand; those that differ can be marked. */
export function TemplateKeyTable({ keys, keyCount, choice, onChoose, onMore }: TemplateKeyTableProps) {
  const navigate = useNavigate();
  const lastMarked = useRef<number | null>(null);
  const marked = useMemo(
    () => new Set(keys.filter((key) => isChosen(choice, key)).map(({ keyId }) => keyId)),
    [keys, choice],
  );
  const mark = useCallback(
    (key: TemplateKey, isRange: boolean) => {
      const at = keys.indexOf(key);
      const from = isRange && lastMarked.current !== null ? lastMarked.current : at;
      lastMarked.current = at;
      onChoose(keys.slice(Math.min(from, at), Math.max(from, at) + 1), !isChosen(choice, key));
    },
    [keys, choice, onChoose],
  );
  return (
    <div className={styles.keys} style={{ '--rows': Math.min(Math.max(keyCount, 1), ROWS_SHOWN_MAX) }}>
      <VirtualTable
        label="Keys of this template"
        columns={COLUMNS}
        rows={keys}
        rowCount={keyCount}
        rowKey={({ keyId }) => keyId}
        onOpen={({ keyId }) => void navigate({ to: '/keys/$keyId', params: { keyId } })}
        onEndReached={onMore}
        markedKeys={marked}
        onMark={mark}
      />
    </div>
  );
}
