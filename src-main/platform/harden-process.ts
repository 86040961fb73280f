import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { errorCode } from './error-code.ts';

/** First thing in every entry: files are private by default, and a crash leaves no memory behind. */
export function hardenProcess(): void {
  if (isMainThread) process.umask(0o077);
  if (process.platform !== 'linux') return;
  try {
    // Node cannot set the core size limit; an empty filter leaves nothing to dump in the core file.
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch (error) {
    // Not offered everywhere (containers mount /proc read-only). The umask still keeps a dump private.
    if (!['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'EINVAL', 'EIO'].includes(errorCode(error))) throw error;
  }
}
