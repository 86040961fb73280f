import { z } from 'zod';

/** A field of the address bar holding several words: `status=expiring,unused`. What does not fit is left out. */
export function commaList<T extends string>(allowed: readonly T[]) {
  const isAllowed = (word: unknown): word is T => typeof word === 'string' && allowed.some((a) => a === word);
  return z.unknown().transform((value): readonly T[] | undefined => {
    const words: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
    const kept = words.filter(isAllowed);
    return kept.length > 0 ? kept : undefined;
  });
}

/** A field of the address bar holding one text; absent when empty or too long. */
export const optionalText = z.string().trim().min(1).max(200).optional().catch(undefined);

/** One of a few words, absent otherwise. */
export function optionalWord<const T extends readonly [string, ...string[]]>(allowed: T) {
  return z.enum(allowed).optional().catch(undefined);
}
