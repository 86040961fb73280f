import { X } from 'lucide-react';
import { timestampMs } from '#contract/ids.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ListBar } from '#renderer/ui/list-page.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { isAuditNarrowed, SUBJECT_KINDS, subjectKindWords, type AuditSearch } from './audit-search.ts';
import { actionWords, AUDITED_ACTIONS } from './audit-words.ts';
import styles from './audit.module.css';

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (change: Partial<AuditSearch>) => void;
  readonly onClear: () => void;
  /** Name of the object that `subject` stands for, as far as it is known. */
  readonly subjectName: string | undefined;
  readonly actorName: string | undefined;
}

const ANY = 'any';

/** Filters of the audit trail, all of them in the address. */
export function AuditFilters({ search, onChange, onClear, subjectName, actorName }: AuditFiltersProps) {
  return (
    <ListBar role="search" label="Filter events">
      <Select
        label="Kind of object"
        hideLabel
        isSmall
        className={styles.choice}
        value={search.kind ?? ANY}
        options={[
          { value: ANY, label: 'Any object' },
          ...SUBJECT_KINDS.map((kind) => ({ value: kind, label: capital(subjectKindWords(kind)) })),
        ]}
        onChange={(word) => onChange({ kind: SUBJECT_KINDS.find((kind) => kind === word) })}
      />
      <Select
        label="Action"
        hideLabel
        isSmall
        className={styles.wideChoice}
        value={search.action ?? ANY}
        options={[
          { value: ANY, label: 'Any action' },
          ...AUDITED_ACTIONS.map((action) => ({ value: action, label: actionWords(action) })),
        ]}
        onChange={(word) => onChange({ action: word === ANY ? undefined : word })}
      />
      <MomentField label="From" at={search.from} onChange={(from) => onChange({ from })} />
      <MomentField label="To" at={search.to} onChange={(to) => onChange({ to })} />
      {search.subject !== undefined && (
        <Button variant="quiet" icon={<X aria-hidden />} onClick={() => onChange({ subject: undefined })}>
          Object {subjectName ?? search.subject}
        </Button>
      )}
      {search.actor !== undefined && (
        <Button variant="quiet" icon={<X aria-hidden />} onClick={() => onChange({ actor: undefined })}>
          By {actorName ?? search.actor}
        </Button>
      )}
      {isAuditNarrowed(search) && (
        <Button variant="quiet" onClick={onClear}>
          Clear filters
        </Button>
      )}
    </ListBar>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly at: AuditSearch['from'];
  readonly onChange: (at: AuditSearch['from']) => void;
}

function MomentField({ label, at, onChange }: MomentFieldProps) {
  return (
    <span className={styles.moment}>
      <span aria-hidden>{label}</span>
      <TextField
        label={`${label} (local time)`}
        hideLabel
        isSmall
        type="datetime-local"
        value={at === undefined ? '' : toLocalInput(at)}
        onChange={(text) => onChange(timestampMs.safeParse(fromLocalInput(text)).data)}
      />
    </span>
  );
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
