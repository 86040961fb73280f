/** One signature as the `Signature-Input` field announces it (RFC 9421, section 4.1). */
export interface SignatureInput {
  readonly label: string;
  /** Names of the covered components, in their order, each once and without parameters. */
  readonly components: readonly string[];
  /** Seconds since 1970. */
  readonly created: number | null;
  readonly expires: number | null;
  readonly nonce: string | null;
  readonly keyId: string | null;
  readonly algorithm: string | null;
  /** The list with its parameters as it is written in the signature base: the strict form of RFC 8941, whatever was sent. */
  readonly text: string;
}

/** Longer fields are not read. */
const FIELD_CHARACTERS_MAX = 4_096;
/** Signatures of one request that are looked at; proxies may add theirs. */
const SIGNATURES_MAX = 8;
const COMPONENTS_MAX = 20;

const KEY = /[a-z*][a-z0-9_.*-]*/y;
const STRING = /"((?:[ !#-[\]-~]|\\["\\])*)"/y;
const INTEGER = /-?\d{1,15}(?![\d.])/y;
const TOKEN = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/y;
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y;
const BOOLEAN = /\?[01]/y;
const SPACES = / */y;
const COMMA = /[ \t]*,[ \t]*/y;

/** Reads `Signature-Input`; null when it is not well formed, or holds what is not supported: parameters of components, or the same
 *  component twice. */
export function readSignatureInputs(field: string): readonly SignatureInput[] | null {
  return readDictionary(field, readInput);
}

/** Reads `Signature`: the base64 of each signature by its label. null when it is not well formed. */
export function readSignatures(field: string): ReadonlyMap<string, string> | null {
  const found = readDictionary(field, (reader, label) => {
    const bytes = reader.match(BYTES)?.[1];
    return bytes === undefined || readParameters(reader) === null ? null : ([label, bytes] as const);
  });
  return found === null ? null : new Map(found);
}

function readDictionary<T>(
  field: string,
  readMember: (reader: Reader, label: string) => T | null,
): readonly T[] | null {
  if (field.length > FIELD_CHARACTERS_MAX) return null;
  const reader = new Reader(field.trim());
  const labels = new Set<string>();
  const members: T[] = [];
  do {
    const label = reader.match(KEY)?.[0];
    if (label === undefined || labels.has(label) || !reader.take('=')) return null;
    const member = readMember(reader, label);
    if (member === null || members.length === SIGNATURES_MAX) return null;
    labels.add(label);
    members.push(member);
  } while (reader.match(COMMA) !== null);
  return reader.isAtEnd ? members : null;
}

function readInput(reader: Reader, label: string): SignatureInput | null {
  const components = readComponents(reader);
  if (components === null) return null;
  const parameters = readParameters(reader);
  if (parameters === null) return null;
  const names = components.map((name) => `"${name}"`).join(' ');
  const told = [...parameters].map(([name, { text }]) => `;${name}${text}`).join('');
  const textOf = (name: string) => parameters.get(name)?.string ?? null;
  const numberOf = (name: string) => parameters.get(name)?.integer ?? null;
  return {
    label,
    components,
    created: numberOf('created'),
    expires: numberOf('expires'),
    nonce: textOf('nonce'),
    keyId: textOf('keyid'),
    algorithm: textOf('alg'),
    text: `(${names})${told}`,
  };
}

function readComponents(reader: Reader): readonly string[] | null {
  if (!reader.take('(')) return null;
  const components: string[] = [];
  for (;;) {
    reader.match(SPACES);
    if (reader.take(')')) return components;
    const name = reader.match(STRING)?.[1];
    const isGood = name !== undefined && /^@?[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name);
    if (!isGood || components.includes(name) || components.length === COMPONENTS_MAX) return null;
    // A component with a parameter, such as `;sf` or `;req`, is followed by neither.
    if (!reader.isBefore(' ') && !reader.isBefore(')')) return null;
    components.push(name);
  }
}

interface Parameter {
  readonly text: string;
  readonly string?: string;
  readonly integer?: number;
}

/** `;name=value` in any number; of one that is given twice the last counts, in the place of the first. */
function readParameters(reader: Reader): ReadonlyMap<string, Parameter> | null {
  const parameters = new Map<string, Parameter>();
  while (reader.take(';')) {
    reader.match(SPACES);
    const name = reader.match(KEY)?.[0];
    const value = name === undefined ? null : reader.take('=') ? readBareItem(reader) : { text: '' };
    if (name === undefined || value === null) return null;
    parameters.set(name, value);
  }
  return parameters;
}

function readBareItem(reader: Reader): Parameter | null {
  const string = reader.match(STRING);
  if (string !== null) {
    return { text: `=${string[0]}`, string: (string[1] ?? '').replaceAll(/\\(["\\])/g, '$1') };
  }
  const integer = reader.match(INTEGER);
  if (integer !== null) return { text: `=${String(Number(integer[0]))}`, integer: Number(integer[0]) };
  const boolean = reader.match(BOOLEAN);
  // True is written without a value.
  if (boolean !== null) return { text: boolean[0] === '?1' ? '' : '=?0' };
  const other = reader.match(TOKEN) ?? reader.match(BYTES);
  return other === null ? null : { text: `=${other[0]}` };
}

/** Walks over a text once. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  isBefore(character: string): boolean {
    return this.#text.startsWith(character, this.#at);
  }

  take(character: string): boolean {
    if (!this.isBefore(character)) return false;
    this.#at += character.length;
    return true;
  }

  /** `pattern` is sticky. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}
