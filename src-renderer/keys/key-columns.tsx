import { Ellipsis } from 'lucide-react';
import type { KeyId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import type { Output } from '#contract/contract.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { shownStatus } from './shown-status.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './keys.module.css';

/** What the last 24 hours brought one key. */
export type KeyUsage = Output<'usage.byKey'>[number];

interface ColumnSources {
  readonly nowMs: number;
  /** Undefined: not known yet. */
  readonly usageOf: (keyId: KeyId) => KeyUsage | undefined;
  /** The row's menu is wanted, at this button. */
  readonly onMenu: (key: KeySummary, button: Element) => void;
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

function UsageCell({ usage }: { readonly usage: KeyUsage | undefined }) {
  if (usage === undefined) return <span className={styles.quiet}>–</span>;
  return (
    <span className={styles.usage}>
      <Sparkline series={usage.series} total={usage.total} />
      <span>{count(usage.total)}</span>
    </span>
  );
}

/** Columns of the keys list. */
export function keyColumns({ nowMs, usageOf, onMenu }: ColumnSources): readonly Column<KeySummary>[] {
  return [...identityColumns(nowMs), ...usageColumns(usageOf), ...endColumns(onMenu)];
}

function identityColumns(nowMs: number): readonly Column<KeySummary>[] {
  return [
    {
      id: 'key',
      header: 'Key',
      track: 'minmax(220px, 2.2fr)',
      sort: { ascending: 'name', descending: '-name' },
      cell: (key) => (
        <KeyRef
          keyId={key.keyId}
          name={key.name}
          environment={key.environment}
          detail={`${shortHint(key.hint)} · ${scopeSummary(key.scopeNames)}`}
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
      hideBelow: 632,
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
      hideBelow: 500,
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

function usageColumns(usageOf: ColumnSources['usageOf']): readonly Column<KeySummary>[] {
  return [
    {
      id: 'usage',
      header: 'Last 24 h',
      track: '150px',
      hideBelow: 890,
      cell: (key) => <UsageCell usage={usageOf(key.keyId)} />,
    },
    {
      id: 'errors',
      header: 'Error rate',
      track: '64px',
      align: 'end',
      hideBelow: 966,
      cell: (key) => {
        const usage = usageOf(key.keyId);
        return usage === undefined || usage.total === 0 ? (
          <span className={styles.quiet}>–</span>
        ) : (
          percent(usage.errorRate)
        );
      },
    },
  ];
}

function endColumns(onMenu: ColumnSources['onMenu']): readonly Column<KeySummary>[] {
  return [
    {
      id: 'expires',
      header: 'Expires',
      track: '84px',
      hideBelow: 730,
      sort: { ascending: 'expires', descending: '-expires' },
      cell: (key) =>
        key.expiresAt === null ? (
          <span className={styles.quiet}>never</span>
        ) : (
          <RelativeTime at={key.expiresAt} />
        ),
    },
    {
      id: 'actions',
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
    },
  ];
}
