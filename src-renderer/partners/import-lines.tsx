import { Link } from '@tanstack/react-router';
import type { PartnerImportResult } from '#contract/partners.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { Chip, type ChipTone } from '#renderer/ui/chip.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import styles from './partners.module.css';

type Row = PartnerImportResult['rows'][number];
/** A line of the text with what becomes of it. */
type Line =
  Row | (PartnerImportResult['problems'][number] & { readonly kind: 'error'; readonly partnerId: null });

interface ImportLinesProps {
  readonly result: PartnerImportResult;
  /** It was done; otherwise this is what would be. */
  readonly isDone: boolean;
}

/** What an import does, in one sentence and line by line. */
export function ImportLines({ result, isDone }: ImportLinesProps) {
  const errors = result.problems.map((problem) => ({ ...problem, kind: 'error', partnerId: null }) as const);
  const lines: readonly Line[] = [...result.rows, ...errors].toSorted((one, other) => one.line - other.line);
  const many = (kind: Line['kind']) => lines.filter((line) => line.kind === kind).length;
  const words = isDone ? 'added' : 'would be added';
  return (
    <>
      <h2>
        {counted(many('add'), 'partner')} {words}, {count(many('update'))} changed, {count(many('same'))} as
        they are, {counted(errors.length, 'line')} left out
      </h2>
      <div className={styles.importTable} tabIndex={0} role="group" aria-label="Lines">
        <PlainTable label="Lines" rows={lines} rowKey={({ line }) => String(line)} columns={COLUMNS} />
      </div>
    </>
  );
}

const KINDS: Readonly<Record<Line['kind'], { readonly word: string; readonly tone: ChipTone }>> = {
  add: { word: 'Add', tone: 'ok' },
  update: { word: 'Change', tone: 'info' },
  same: { word: 'As it is', tone: 'plain' },
  error: { word: 'Left out', tone: 'danger' },
};

const FIELD_WORDS: Readonly<Record<string, string>> = {
  tier: 'Tier',
  contactName: 'Contact name',
  contactEmail: 'Contact e-mail',
  note: 'Note',
  recipientKey: 'Recipient key',
};

const COLUMNS: readonly PlainColumn<Line>[] = [
  { header: 'Line', align: 'end', cell: ({ line }) => line },
  { header: 'What', cell: ({ kind }) => <Chip tone={KINDS[kind].tone}>{KINDS[kind].word}</Chip> },
  { header: 'Partner', cell: (line) => <PartnerName line={line} /> },
  { header: 'Details', cell: (line) => <Details line={line} /> },
];

function PartnerName({ line: { name, partnerId } }: { readonly line: Line }) {
  if (partnerId === null) return name === '' ? <span className={styles.quiet}>no name</span> : name;
  return (
    <Link to="/partners/$partnerId" params={{ partnerId }}>
      {name}
    </Link>
  );
}

function Details({ line }: { readonly line: Line }) {
  if (line.kind === 'error') return line.message;
  return (
    <>
      {line.changes.map(({ field, before, after }) => (
        <div key={field}>
          <span className={styles.quiet}>{FIELD_WORDS[field] ?? field}: </span>
          {before !== null && (
            <>
              <del>{before}</del> →{' '}
            </>
          )}
          <ins>{after}</ins>
        </div>
      ))}
    </>
  );
}
