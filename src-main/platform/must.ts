/** Returns `value`, or throws when it is absent: a broken invariant, not an expected answer. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Broken invariant: ${what}`);
  return value;
}
