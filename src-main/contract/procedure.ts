import { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/** What a person or token may do; each role includes the ones after it. */
export const ROLES = ['owner', 'admin', 'issuer', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Is `actual` at least as powerful as `least`? */
export function roleAllows(actual: Role, least: Role): boolean {
  return ROLES.indexOf(actual) <= ROLES.indexOf(least);
}

/** A query reads; a command changes something and leaves an audit event, one for each subject where it changes several. */
export type ProcedureKind = 'query' | 'command';

/** Declaration of one admin procedure. Errors every procedure may give are in COMMON_ERRORS. */
export interface Procedure<
  Kind extends ProcedureKind = ProcedureKind,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly kind: Kind;
  /** The least role that may call it. */
  readonly role: Role;
  readonly input: Input;
  readonly output: Output;
  readonly errors: readonly ErrorCode[];
  /** Fields of the output that hold a secret. They are null when the command was a repeat (idempotencyKey). */
  readonly shownOnce: readonly string[];
}

/** Errors that any procedure may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNKNOWN_PROCEDURE',
  'STORAGE_FULL',
  'STORAGE_READ_ONLY',
  'OUTCOME_UNKNOWN',
  'UNAVAILABLE',
  'INTERNAL',
];

/** A field that may be left out or null; both mean `absent`. For fields in which null says nothing of its own. */
export function orAbsent<Value, Sent>(schema: z.ZodType<Value, Sent>, absent: Value) {
  return z
    .union([schema, z.null()])
    .optional()
    .transform((value) => value ?? absent);
}

/** Declares a procedure that reads. */
export function query<I extends z.ZodType, O extends z.ZodType>(
  role: Role,
  input: I,
  output: O,
  errors: readonly ErrorCode[] = [],
): Procedure<'query', I, O> {
  return { kind: 'query', role, input, output, errors, shownOnce: [] };
}

/** Declares a procedure that changes something. Beside its input every command takes an `idempotencyKey`. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  role: Role,
  input: I,
  output: O,
  errors: readonly ErrorCode[] = [],
  shownOnce: readonly (keyof z.output<O> & string)[] = [],
): Procedure<'command', I, O> {
  return { kind: 'command', role, input, output, errors, shownOnce };
}
