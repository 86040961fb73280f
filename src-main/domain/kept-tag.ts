import { redactKeys } from './redact-keys.ts';

/** A text of others as a tag that our log keeps: what a tag of ours cannot hold becomes `_`, and 64 characters are kept. Keys go
 *  first: one that was cut may not look like one. */
export function keptTag(text: string): string {
  return redactKeys(text)
    .replaceAll(/[^\p{L}\p{N}_.:=/@+-]/gu, '_')
    .slice(0, 64)
    .toWellFormed();
}
