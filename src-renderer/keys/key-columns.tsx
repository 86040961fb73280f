import { Ellipsis } from 'lucide-react';
import type { KeyListItem } from '#contract/keys.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import type { LaidColumn } from '#renderer/ui/column-layout.ts';
import { CallersCell, Dash, ErrorRateCell, LimitUsedCell, UsageCell } from './figure-cells.tsx';
import type { KeyFigures } from './figure-store.ts';
import { shownStatus } from './shown-status.ts';
import styles from './keys.module.css';

interface ColumnSources {
  readonly nowMs: number;
  readonly figures: KeyFigures;
  /** The row's menu is wanted, at this button. */
  readonly onMenu: (key: KeyListItem, button: Element) => void;
}

/** `lk_live_…9f4A`: enough to tell two keys apart in a row; the name says the rest. */
function shortHint(hint: string): string {
  return `${hint.slice(0, 8)}${hint.slice(hint.lastIndexOf('…'))}`;
}

function scopeSummary(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return 'own rules only';
  return others.length === 0 ? first : `${first} +${String(others.length)}`;
}

/** Columns of the keys list. */
export function keyColumns({ nowMs, figures, onMenu }: ColumnSources): readonly LaidColumn<KeyListItem>[] {
  return [
    ...identityColumns(nowMs),
    ...usageColumns(figures),
    ...endColumns(),
    ...extraColumns(),
    ...figureColumns(figures),
    menuColumn(onMenu),
  ];
}

function identityColumns(nowMs: number): readonly LaidColumn<KeyListItem>[] {
  return [
    {
      id: 'key',
      isFixed: true,
      header: 'Key',
      track: 'minmax(220px, 2.2fr)',
      sort: { ascending: 'name', descending: '-name' },
      cell: (key) => (
        <KeyRef
          keyId={key.keyId}
          name={key.name}
          environment={key.environment}
          detail={shortHint(key.hint)}
          note={`· ${scopeSummary(key.scopeNames)}`}
        />
      ),
    },
    {
      id: 'status',
      header: 'Status',
      track: '100px',
      cell: (key) => <StatusChip status={shownStatus(key, nowMs)} />,
    },
    {
      id: 'owner',
      header: 'Partner / application',
      track: 'minmax(120px, 1.2fr)',
      hideBelow: 668,
      cell: (key) => (
        <span className={styles.owner}>
          <span>{key.partnerName}</span>
          <span className={styles.quiet}>{key.applicationName}</span>
        </span>
      ),
    },
    {
      id: 'lastUsed',
      header: 'Last used',
      track: '90px',
      hideBelow: 536,
      sort: { ascending: 'lastUsed', descending: '-lastUsed' },
      cell: (key) =>
        key.lastUsedAt === null ? (
          <span className={styles.quiet}>never</span>
        ) : (
          <RelativeTime at={key.lastUsedAt} />
        ),
    },
  ];
}

function usageColumns(figures: KeyFigures): readonly LaidColumn<KeyListItem>[] {
  return [
    {
      id: 'usage',
      header: 'Last 24 h',
      track: '150px',
      hideBelow: 926,
      cell: (key) => <UsageCell figures={figures} keyId={key.keyId} />,
    },
    {
      id: 'errors',
      header: 'Error rate',
      track: '64px',
      align: 'end',
      hideBelow: 1002,
      cell: (key) => <ErrorRateCell figures={figures} keyId={key.keyId} />,
    },
  ];
}

function endColumns(): readonly LaidColumn<KeyListItem>[] {
  return [
    {
      id: 'expires',
      header: 'Expires',
      track: '84px',
      hideBelow: 764,
      sort: { ascending: 'expires', descending: '-expires' },
      cell: (key) =>
        key.expiresAt === null ? (
          <span className={styles.quiet}>never</span>
        ) : (
          <RelativeTime at={key.expiresAt} />
        ),
    },
  ];
}

const EXTRA = { isExtra: true, track: '120px' } as const;

/** Shown when somebody asks for them. */
function extraColumns(): readonly LaidColumn<KeyListItem>[] {
  return [
    { ...EXTRA, id: 'contact', header: 'Owner contact', track: '180px', cell: (key) => key.contactEmail },
    { ...EXTRA, id: 'tags', header: 'Tags', cell: (key) => key.tags.join(', ') },
    { ...EXTRA, id: 'environment', header: 'Environment', track: '96px', cell: (key) => key.environment },
    {
      ...EXTRA,
      id: 'created',
      header: 'Created',
      track: '90px',
      sort: { ascending: 'created', descending: '-created' },
      cell: (key) => <RelativeTime at={key.createdAt} />,
    },
    { ...EXTRA, id: 'createdBy', header: 'Created by', cell: (key) => key.createdBy ?? <Dash /> },
    {
      ...EXTRA,
      id: 'rotated',
      header: 'Rotated',
      track: '90px',
      cell: (key) => (key.rotatedAt === null ? <Dash /> : <RelativeTime at={key.rotatedAt} />),
    },
    {
      ...EXTRA,
      id: 'secretAge',
      header: 'Secret made',
      track: '96px',
      cell: (key) => <RelativeTime at={key.rotatedAt ?? key.createdAt} />,
    },
    {
      ...EXTRA,
      id: 'template',
      header: 'Template',
      track: '140px',
      sort: { ascending: 'template', descending: '-template' },
      cell: (key) => key.templateName ?? <Dash />,
    },
    { ...EXTRA, id: 'note', header: 'Notes', track: '200px', cell: (key) => key.note },
  ];
}

/** What is worked out for the rows in view alone: no list is sorted by it, which would ask for all keys. */
function figureColumns(figures: KeyFigures): readonly LaidColumn<KeyListItem>[] {
  return [
    {
      ...EXTRA,
      id: 'limitUsed',
      header: 'Limit used',
      track: '150px',
      cell: (key) => <LimitUsedCell figures={figures} keyId={key.keyId} />,
    },
    {
      ...EXTRA,
      id: 'callers',
      header: 'Callers 24 h / 7 d',
      track: '130px',
      cell: (key) => <CallersCell figures={figures} keyId={key.keyId} />,
    },
  ];
}

function menuColumn(onMenu: ColumnSources['onMenu']): LaidColumn<KeyListItem> {
  return {
    id: 'actions',
    isFixed: true,
    header: 'Actions',
    hidesHeader: true,
    track: '28px',
    cell: (key) => (
      // One menu serves all rows: a menu of its own in each would make scrolling heavy.
      <button
        type="button"
        tabIndex={-1}
        className={styles.rowMenu}
        aria-label={`Actions for ${key.name}`}
        aria-haspopup="menu"
        onClick={(event) => onMenu(key, event.currentTarget)}
      >
        <Ellipsis aria-hidden size={16} />
      </button>
    ),
  };
}
