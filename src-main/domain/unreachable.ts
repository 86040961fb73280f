/** Ends a `switch` over a union: the compiler refuses the call while a case is missing. Throws when reached after all. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
