/** The headers of a question that count, by lower-case name. */
export interface ProxyHeaders {
  readonly single: Readonly<Partial<Record<SingleHeader, string | undefined>>>;
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
  'referer',
  'user-agent',
  'signature-input',
  'x-app-name',
] as const;
type SingleHeader = (typeof SINGLE_HEADERS)[number];
type CountedHeader = SingleHeader | 'x-forwarded-for';

const COUNTED_HEADERS: readonly CountedHeader[] = [...SINGLE_HEADERS, 'x-forwarded-for'];
/** All of them, for the field Vary: the answer to another question may be another one. */
export const DECIDING_HEADERS = COUNTED_HEADERS.map(titleCase).join(', ');
/** As they are usually written, which costs less to look up than to make lower case. */
const BY_SPELLING: ReadonlyMap<string, CountedHeader> = new Map(
  COUNTED_HEADERS.flatMap((name) =>
    [name, titleCase(name), titleCase(name).replace(/Uri$|Url$|Ip$|Api/, upperCase)].map((spelling) => [
      spelling,
      name,
    ]),
  ),
);
/** Names of other lengths need not even be looked at. */
const LENGTHS: ReadonlySet<number> = new Set(COUNTED_HEADERS.map(({ length }) => length));

/** Reads them in one pass. Uses the raw headers: Node's own object hides what came twice. */
export function proxyHeaders(rawHeaders: readonly string[]): ProxyHeaders {
  const single = noneYet();
  let forwardedFor: string | null = null;
  let repeated: SingleHeader | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const rawName = rawHeaders[index] ?? '';
    if (!LENGTHS.has(rawName.length)) continue;
    const name = BY_SPELLING.get(rawName) ?? BY_SPELLING.get(rawName.toLowerCase());
    if (name === undefined) continue;
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'x-forwarded-for') {
      forwardedFor = forwardedFor === null ? value : `${forwardedFor}, ${value}`;
    } else if (name === 'signature-input') {
      // A list: a proxy on the way may have signed, too.
      const before = single[name];
      single[name] = before === undefined ? value : `${before}, ${value}`;
    } else if (name === 'x-app-name') {
      // Decides nothing: the first one counts.
      single[name] ??= value;
    } else {
      if (single[name] !== undefined) repeated ??= name;
      single[name] = value;
    }
  }
  return { single, forwardedFor, repeated };
}

/** With every name from the beginning: an object that grows name by name is a slow one. */
function noneYet(): Record<SingleHeader, string | undefined> {
  return {
    'x-latchkey-service': undefined,
    'x-latchkey-options': undefined,
    authorization: undefined,
    'x-api-key': undefined,
    'x-api-secret': undefined,
    'x-original-method': undefined,
    'x-original-uri': undefined,
    'x-original-url': undefined,
    'x-forwarded-method': undefined,
    'x-forwarded-uri': undefined,
    'x-real-ip': undefined,
    origin: undefined,
    referer: undefined,
    'user-agent': undefined,
    'signature-input': undefined,
    'x-app-name': undefined,
  };
}

function titleCase(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, upperCase);
}

function upperCase(text: string): string {
  return text.toUpperCase();
}
