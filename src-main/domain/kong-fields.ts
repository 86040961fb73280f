/** Fields of an object of a dump, of which nothing is known yet. */
export type KongFields = Readonly<Record<string, unknown>>;

/** Is it an object with fields, and no list? */
export function isFields(value: unknown): value is KongFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none where there is no list. */
export function fieldsOf(value: unknown): readonly KongFields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A text, null where there is none. YAML is read without types, so null is a word there. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || text === 'null' || text === '~' ? null : text;
}

/** A number above zero, null where there is none. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null;
}
