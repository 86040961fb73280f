import type { ErrorCode, FieldProblem } from '#contract/errors.ts';

/** A refused command. `dispatch` turns it into a Reply; the code must be declared by the procedure. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[] | undefined;

  /** `message` is one sentence for a person: what is wrong and what to do. Never a secret. */
  constructor(code: ErrorCode, message: string, fields?: readonly FieldProblem[]) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.fields = fields;
  }
}
