const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** The trace id of a W3C `traceparent` header, 32 hex digits; null for one that is missing or not valid. Later versions may have
 *  more parts at their end, version 00 may not. */
export function traceIdOf(traceParent: string | undefined): string | null {
  if (traceParent === undefined) return null;
  const [, version, traceId = '', spanId, more] = TRACE_PARENT.exec(traceParent.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  return traceId === NO_TRACE || spanId === NO_SPAN ? null : traceId;
}
