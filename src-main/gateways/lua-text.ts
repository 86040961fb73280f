/** A string literal of Lua. The texts are of ours or were let through by the contract; quotes are escaped all the same. */
export function luaText(text: string): string {
  return JSON.stringify(text);
}

/** A table of lower-case header names that answers whether one is in it. */
export function luaSet(names: readonly string[]): string {
  const items = [...new Set(names.map((name) => name.toLowerCase()))].map(
    (name) => `[${luaText(name)}] = true`,
  );
  return `{ ${items.join(', ')} }`;
}
