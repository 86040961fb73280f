import { z } from 'zod';

/** Every refusal an admin procedure can give, with the HTTP status that carries it. */
export const ERROR_STATUS = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNKNOWN_PROCEDURE: 404,
  PARTNER_NOT_FOUND: 404,
  APPLICATION_NOT_FOUND: 404,
  SERVICE_NOT_FOUND: 404,
  ENDPOINT_NOT_FOUND: 404,
  SCOPE_NOT_FOUND: 404,
  PLAN_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  PRODUCT_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  REQUEST_NOT_FOUND: 404,
  TOKEN_NOT_FOUND: 404,
  BACKUP_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  VIEW_NOT_FOUND: 404,
  HANDOFF_NOT_FOUND: 404,
  ACCESS_REQUEST_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  LEAK_NOT_FOUND: 404,
  BLOCKED_SOURCE_NOT_FOUND: 404,
  NAME_TAKEN: 409,
  SLUG_TAKEN: 409,
  SCOPE_IN_USE: 409,
  /** Keys stand under it; `fields` names them, those that work first. */
  HAS_KEYS: 409,
  /** The key's status does not allow the command, for example resuming a key that is not suspended. */
  WRONG_STATUS: 409,
  ROTATION_IN_PROGRESS: 409,
  NO_ROTATION_IN_PROGRESS: 409,
  RESTORE_NOT_POSSIBLE: 409,
  /** This way to a recipient cannot be used; the message says why. */
  HANDOFF_CHANNEL_BLOCKED: 409,
  /** The partner has given no public key to seal to. */
  RECIPIENT_KEY_MISSING: 409,
  LAST_OWNER_TOKEN: 409,
  IMPORT_UNREADABLE: 422,
  RANGE_TOO_LARGE: 422,
  BACKUP_DAMAGED: 422,
  PORT_TAKEN: 409,
  /** Too many wrong codes or tokens in a row; wait as long as the message says. */
  THROTTLED: 429,
  STORAGE_FULL: 507,
  STORAGE_READ_ONLY: 503,
  OUTCOME_UNKNOWN: 503,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

const errorCodes = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** One field of the input that was refused; `path` uses dots and indexes: `rules.0.path`. */
export const fieldProblem = z.object({ path: z.string(), message: z.string() }).readonly();
export type FieldProblem = z.infer<typeof fieldProblem>;

export const replyError = z
  .object({
    code: z.enum(errorCodes),
    /** One sentence for a person: what is wrong and what to do. */
    message: z.string(),
    requestId: z.string(),
    fields: z.array(fieldProblem).readonly().optional(),
  })
  .readonly();
export type ReplyError = z.infer<typeof replyError>;

/** The answer of every admin procedure, through every door. */
export type Reply<T> =
  { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: ReplyError };
