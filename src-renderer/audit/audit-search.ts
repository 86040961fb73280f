import { z } from 'zod';
import { auditSubject, type AuditFilter } from '#contract/audit.ts';
import { timestampMs } from '#contract/ids.ts';
import { optionalText } from '#renderer/format/search.ts';

/** Kinds of objects that an audit event can be about. */
export const SUBJECT_KINDS = auditSubject.unwrap().shape.kind.options;

/** A kind of object as it is called: `blocked_source` is a blocked source. */
export function subjectKindWords(kind: (typeof SUBJECT_KINDS)[number]): string {
  return kind.replaceAll('_', ' ');
}

/** Everything about the audit trail that the address bar holds. What cannot be read is left out. */
export const auditSearch = z.object({
  kind: auditSubject.unwrap().shape.kind.optional().catch(undefined),
  subject: z.string().min(1).max(64).optional().catch(undefined),
  action: optionalText,
  actor: z.string().min(1).max(64).optional().catch(undefined),
  from: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
  to: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
  /** Number of the event shown beside the list. */
  event: z.coerce.number().int().min(1).optional().catch(undefined),
});
export type AuditSearch = z.output<typeof auditSearch>;

/** The server's filter for a search. */
export function auditFilterOf(search: AuditSearch): AuditFilter {
  return {
    ...(search.kind && { subjectKind: search.kind }),
    ...(search.subject && { subjectId: search.subject }),
    ...(search.action && { action: search.action.slice(0, 64) }),
    ...(search.actor && { actorId: search.actor }),
    ...(search.from !== undefined && { from: search.from }),
    ...(search.to !== undefined && { to: search.to }),
  };
}

/** Is any filter set? The opened event is not one. */
export function isAuditNarrowed(search: AuditSearch): boolean {
  return Object.keys(auditFilterOf(search)).length > 0;
}
