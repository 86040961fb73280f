import { pathWithoutQuery } from '#main/domain/normalise-path.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { PATH_BYTES_MAX } from '#main/requests/stored-text.ts';

/** The path as the log keeps it: without its query, keys redacted. Redacted first: a key that was cut may not look like one. Cut
 *  already here, because rows wait in memory; what is one character of text is at least one byte in the file. */
export function loggedPath(path: string | undefined): string | null {
  return path === undefined ? null : redactKeys(pathWithoutQuery(path)).slice(0, PATH_BYTES_MAX);
}
