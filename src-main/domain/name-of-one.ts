/** Numbers, UUIDs, long hexadecimal or mixed texts. */
const NAME_OF_ONE = /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}|(?=.*\d)[\w-]{20,})$/i;

/** Does this segment of a path name one thing among many, so that a pattern has a wildcard there? */
export function isNameOfOne(segment: string): boolean {
  return NAME_OF_ONE.test(segment);
}
