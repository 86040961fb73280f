/** A parsed object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Is `value` an object with named fields, and not a list? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
