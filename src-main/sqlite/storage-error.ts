import { errorCode } from '#main/platform/error-code.ts';
import { AppError } from '#main/platform/app-error.ts';

/** What a failed statement or commit means to the caller, or null when `error` is none of SQLite's storage errors. */
export function storageError(error: unknown): AppError | null {
  const code = errorCode(error);
  if (code === 'SQLITE_FULL') {
    return new AppError(
      'STORAGE_FULL',
      'The disk is full, so nothing was changed. Free some space and try again; revoking and suspending keys still works.',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN') {
    return new AppError(
      'STORAGE_READ_ONLY',
      'The data directory cannot be written, so nothing was changed. Make it writable and try again.',
    );
  }
  // A failed write or sync may or may not have reached the disk: "failed" could be a lie.
  if (code.startsWith('SQLITE_IOERR')) {
    return new AppError(
      'OUTCOME_UNKNOWN',
      'The disk reported an error while saving. The change may or may not be kept: look before you repeat it, and check the disk.',
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError(
      'UNAVAILABLE',
      'The key store is damaged. Stop the program, keep a copy of the data directory and restore the newest backup.',
    );
  }
  return null;
}
