import { z } from 'zod';
import { cursor, pageLimit, timestampMs } from './ids.ts';
import { query } from './procedure.ts';
import { EXPORT_FORMATS } from './requests.ts';

export const actor = z
  .object({
    kind: z.enum(['desktop', 'session', 'token', 'system']),
    /** Token id or session id; `desktop`, `system` otherwise. */
    id: z.string(),
    name: z.string(),
  })
  .readonly();
export type Actor = z.infer<typeof actor>;

export const auditSubject = z
  .object({
    kind: z.enum([
      'partner',
      'application',
      'service',
      'endpoint',
      'scope',
      'plan',
      'template',
      'product',
      'key',
      'token',
      'setting',
      'backup',
      'session',
      'store',
      'job',
      'view',
      'handoff',
      'enrolment',
      'access_request',
      'leak',
      'blocked_source',
    ]),
    id: z.string(),
    name: z.string(),
  })
  .readonly();
export type AuditSubject = z.infer<typeof auditSubject>;

/** One admin action, a link of the HMAC chain. `before` and `after` hold the changed fields only, never a secret. */
export const auditEvent = z
  .object({
    seq: z.int().min(1),
    at: timestampMs,
    actor,
    /** Procedure name, for example `keys.rotate`. */
    action: z.string(),
    subject: auditSubject,
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    reason: z.string().nullable(),
    /** Hex, 64 characters. */
    hash: z.string(),
  })
  .readonly();
export type AuditEvent = z.infer<typeof auditEvent>;

const AUDIT_PAGE_MAX = 500;

export const auditFilter = z.strictObject({
  subjectKind: auditSubject.unwrap().shape.kind.optional(),
  subjectId: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
  actorId: z.string().max(64).optional(),
  from: timestampMs.optional(),
  to: timestampMs.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditProcedures = {
  /** Newest first. */
  'audit.list': query(
    'viewer',
    z.strictObject({
      filter: auditFilter.default({}),
      cursor: cursor.optional(),
      limit: pageLimit(AUDIT_PAGE_MAX),
    }),
    z.object({ items: z.array(auditEvent).readonly(), nextCursor: cursor.nullable(), total: z.int() }),
  ),
  'audit.verify': query(
    'viewer',
    z.strictObject({}),
    z.object({
      ok: z.boolean(),
      checked: z.int(),
      /** seq of the first event that does not fit; one past the last when events are missing at the end. */
      firstBad: z.int().optional(),
      detail: z.string(),
      head: z.object({ count: z.int(), hash: z.string() }),
    }),
  ),
  'audit.export': query(
    'viewer',
    z.strictObject({ filter: auditFilter.default({}), format: z.enum(EXPORT_FORMATS).default('jsonl') }),
    z.object({
      fileName: z.string(),
      mediaType: z.string(),
      content: z.string(),
      rowCount: z.int(),
      truncated: z.boolean(),
    }),
  ),
} as const;
