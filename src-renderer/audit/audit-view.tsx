import type { AuditEvent } from '#contract/audit.ts';
import { useAudit } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Inspector } from '#renderer/ui/inspector.tsx';
import { ListWithInspector, rowsOf } from '#renderer/ui/list-page.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { AuditDetail } from './audit-detail.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditFilterOf, auditSearch, isAuditNarrowed, type AuditSearch } from './audit-search.ts';
import { eventSentence } from './audit-words.ts';

const PAGE_ROWS = 100;
const ROW_PX = 32;

interface AuditViewProps {
  readonly search: AuditSearch;
  readonly onSearch: (search: AuditSearch) => void;
  /** false: the events of one object, whose place says which. Default true. */
  readonly hasFilters?: boolean;
}

/** Audit events of a search, newest first, with the chosen one beside them. Fills the height it is given. */
export function AuditView({ search, onSearch, hasFilters = true }: AuditViewProps) {
  const query = useAudit({ filter: auditFilterOf(search), limit: PAGE_ROWS }, { keepsPrevious: true });
  const rows = rowsOf(query);
  const change = (part: Partial<AuditSearch>) => onSearch({ ...search, ...part });
  const clear = () => onSearch(auditSearch.parse({}));
  const selected = rows.find((event) => event.seq === search.event);
  return (
    <ListWithInspector
      query={query}
      subject="The audit trail"
      label="Audit events"
      columns={AUDIT_COLUMNS}
      rowKey={(event) => String(event.seq)}
      rowHeightPx={ROW_PX}
      selectedKey={search.event === undefined ? null : String(search.event)}
      onSelect={(event) => change({ event: event.seq })}
      above={
        hasFilters && (
          <AuditFilters
            search={search}
            onChange={change}
            onClear={clear}
            subjectName={rows.find((event) => event.subject.id === search.subject)?.subject.name}
            actorName={rows.find((event) => event.actor.id === search.actor)?.actor.name}
          />
        )
      }
      empty={
        isAuditNarrowed(search) && hasFilters ? (
          <EmptyState
            title="No event matches these filters"
            actions={<Button onClick={clear}>Clear filters</Button>}
          />
        ) : (
          <EmptyState title="Nothing has been changed yet">
            Every change that somebody makes becomes an event here.
          </EmptyState>
        )
      }
      inspector={
        selected === undefined ? null : (
          <EventInspector
            event={selected}
            onClose={() => change({ event: undefined })}
            onFilter={hasFilters ? change : undefined}
          />
        )
      }
    />
  );
}

interface EventInspectorProps {
  readonly event: AuditEvent;
  readonly onClose: () => void;
  /** Absent where the list cannot be filtered. */
  readonly onFilter: ((change: Partial<AuditSearch>) => void) | undefined;
}

function EventInspector({ event, onClose, onFilter }: EventInspectorProps) {
  return (
    <Inspector
      label={`Event ${String(event.seq)}`}
      heading={<h2>{eventSentence(event)}</h2>}
      onClose={onClose}
      actions={
        onFilter !== undefined && (
          <>
            <Button
              variant="quiet"
              onClick={() =>
                onFilter({ kind: event.subject.kind, subject: event.subject.id, event: undefined })
              }
            >
              All of this object
            </Button>
            <Button variant="quiet" onClick={() => onFilter({ actor: event.actor.id, event: undefined })}>
              All by {event.actor.name}
            </Button>
          </>
        )
      }
    >
      <AuditDetail event={event} />
    </Inspector>
  );
}
