import type { ProcedureKind } from '#contract/procedure.ts';
import { AppError } from '#main/platform/app-error.ts';
import { errorCode } from '#main/platform/error-code.ts';

/** The refusal that stands for a failure of the disk under the store, or null when `error` is something else.
 *  A failed write of a command may or may not have reached the disk: the caller is told so and not "failed". */
export function storageFailure(error: unknown, kind: ProcedureKind): AppError | null {
  const code = errorCode(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new AppError(
      'STORAGE_FULL',
      'The disk is full. Free some space on the disk of the data directory, then try again.',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'EROFS') {
    return new AppError(
      'STORAGE_READ_ONLY',
      'The data directory cannot be written. Make it writable, then try again.',
    );
  }
  if (!code.startsWith('SQLITE_IOERR')) return null;
  return kind === 'command'
    ? new AppError(
        'OUTCOME_UNKNOWN',
        'The disk failed while saving. Look whether the change is there before you try again.',
      )
    : new AppError(
        'UNAVAILABLE',
        'The disk failed while reading. Check the disk of the data directory, then try again.',
      );
}
