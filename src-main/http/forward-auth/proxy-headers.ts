/** The headers of a question that count, by lower-case name. */
export interface ProxyHeaders {
  readonly single: Readonly<Partial<Record<SingleHeader, string>>>;
  /** All X-Forwarded-For headers joined; null when there was none. */
  readonly forwardedFor: string | null;
  /** A header that came more than once although it can have one value only; the first such. */
  readonly repeated: SingleHeader | null;
}

const SINGLE_HEADERS = [
  'x-latchkey-service',
  'x-latchkey-options',
  'authorization',
  'x-api-key',
  'x-api-secret',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-forwarded-method',
  'x-forwarded-uri',
  'x-real-ip',
  'origin',
  'user-agent',
] as const;
type SingleHeader = (typeof SINGLE_HEADERS)[number];

const NAMES: ReadonlySet<string> = new Set(SINGLE_HEADERS);

/** Reads them in one pass. Uses the raw headers: Node's own object hides what came twice. */
export function proxyHeaders(rawHeaders: readonly string[]): ProxyHeaders {
  const single: Partial<Record<SingleHeader, string>> = {};
  let forwardedFor: string | null = null;
  let repeated: SingleHeader | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'x-forwarded-for') {
      forwardedFor = forwardedFor === null ? value : `${forwardedFor}, ${value}`;
    } else if (isSingleHeader(name)) {
      if (single[name] !== undefined) repeated ??= name;
      single[name] = value;
    }
  }
  return { single, forwardedFor, repeated };
}

function isSingleHeader(name: string): name is SingleHeader {
  return NAMES.has(name);
}
