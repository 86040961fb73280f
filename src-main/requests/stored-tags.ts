/** The tags of a row as the log keeps them, a JSON list of texts; null = none. Throws on anything else. Without a schema: the log's
 *  thread starts without the library for them, a tenth of its memory. */
export function tagsOf(stored: string | null): readonly string[] {
  if (stored === null) return [];
  const tags: unknown = JSON.parse(stored);
  if (!Array.isArray(tags)) throw new TypeError('Stored tags are no list.');
  return tags.map((tag: unknown) => {
    if (typeof tag !== 'string') throw new TypeError('A stored tag is no text.');
    return tag;
  });
}
