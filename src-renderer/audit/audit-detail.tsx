import { Link } from '@tanstack/react-router';
import { keyId, partnerId, serviceId } from '#contract/ids.ts';
import type { AuditEvent } from '#contract/audit.ts';
import { usePlans, useScopes } from '#renderer/api/queries.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { absoluteTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { SOURCE_WORDS } from './audit-columns.tsx';
import { auditDiff, type FieldChange } from './audit-diff.ts';
import { reasonWords } from './audit-words.ts';
import styles from './audit.module.css';
import { UndoRevocation } from './undo-revocation.tsx';

/** One audit event: what changed, by whom, and its link in the chain. */
export function AuditDetail({ event }: { readonly event: AuditEvent }) {
  const { choice } = useTimeZone();
  const scopes = useScopes().data?.items;
  const plans = usePlans().data?.items;
  const changes = auditDiff(event.before, event.after, {
    moment: (atMs) => absoluteTime(atMs, choice),
    nameOf: (id) => [...(scopes ?? []), ...(plans ?? [])].find((named) => named.id === id)?.name,
  });
  return (
    <div className={styles.detail}>
      <UndoRevocation event={event} />
      <section className={styles.stack} aria-label="Changes">
        <h3>Changes</h3>
        {changes.length === 0 ? (
          <p className={styles.meta}>No field changed its value.</p>
        ) : (
          <DiffTable changes={changes} />
        )}
      </section>
      <Facts>
        <Fact name="Time">
          <AbsoluteTime at={event.at} />
        </Fact>
        <Fact name="By">
          {event.actor.name} ({SOURCE_WORDS[event.actor.kind]})
        </Fact>
        <Fact name="Action">
          <Code>{event.action}</Code>
        </Fact>
        <Fact name="Object">
          <SubjectLink event={event} />
        </Fact>
        {event.reason !== null && <Fact name="Reason">{reasonWords(event)}</Fact>}
        <Fact name="Number">{event.seq}</Fact>
        <Fact name="Chain hash">
          <span className={styles.hash}>{event.hash}</span>
          <CopyButton text={event.hash} label="Copy chain hash" />
        </Fact>
      </Facts>
    </div>
  );
}

function DiffTable({ changes }: { readonly changes: readonly FieldChange[] }) {
  return (
    <table className={styles.diff}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field} data-change={change.kind}>
            <th scope="row">{change.field}</th>
            <td>{change.before === null ? <None /> : <del>{change.before}</del>}</td>
            <td>{change.after === null ? <None /> : <ins>{change.after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function None() {
  return <span className={styles.meta}>nothing</span>;
}

/** The object's name, as a link where it has a page of its own. */
function SubjectLink({ event }: { readonly event: AuditEvent }) {
  const { kind, id, name } = event.subject;
  const key = keyId.safeParse(id);
  const partner = partnerId.safeParse(id);
  const service = serviceId.safeParse(id);
  if (kind === 'key' && key.success) {
    return (
      <Link to="/keys/$keyId" params={{ keyId: key.data }}>
        {name}
      </Link>
    );
  }
  if (kind === 'partner' && partner.success) {
    return (
      <Link to="/partners/$partnerId" params={{ partnerId: partner.data }}>
        {name}
      </Link>
    );
  }
  if (kind === 'service' && service.success) {
    return (
      <Link to="/services/$serviceId" params={{ serviceId: service.data }}>
        {name}
      </Link>
    );
  }
  return (
    <>
      {name} <span className={styles.meta}>{kind}</span>
    </>
  );
}
