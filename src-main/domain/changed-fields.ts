/** Any fields of T; `undefined` means "leave it". */
export type Changes<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** `before` with the fields of `changes` that are given. Fields that `before` does not have are ignored. */
export function withChanges<T extends object>(before: T, changes: Changes<T>): T {
  const after: T = { ...before };
  for (const name in before) {
    const value: T[typeof name] | undefined = changes[name];
    if (value !== undefined) after[name] = value;
  }
  return after;
}

/** The named fields whose values differ, as they were and as they are: what an audit event keeps.
 *  Lists and objects are compared by content. */
export function changedFields<T extends object>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[],
): { readonly before: Record<string, unknown>; readonly after: Record<string, unknown> } {
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return { before: pickFields(before, changed), after: pickFields(after, changed) };
}

/** The named fields of an object, in the order of the names. */
export function pickFields<T extends object>(
  value: T,
  names: readonly (keyof T & string)[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}
