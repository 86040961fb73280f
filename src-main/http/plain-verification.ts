import { isRequestId } from '#contract/ids.ts';
import type { VerifyRequest } from '#contract/verify.ts';

/** Printable ASCII without a backslash: then every quote begins or ends a string, and every text means what it says. */
const PLAIN = /^[ -[\]-~]*$/;
/** Methods that need no upper case any more. Others go the long way. */
const METHODS: ReadonlyMap<string, string> = new Map(
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((method) => [method, method]),
);
const SCOPES_MAX = 50;
const SCOPE_CHARACTERS_MAX = 128;
const COST_MAX = 1_000;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The body of a verification when it has the plain shape that nearly all have: a flat object in printable ASCII without
 *  escapes, every field at most once and good as it is. null for anything else, good or bad: parseJsonBody and the schema of the
 *  contract then say what it is. What this takes they take too, and read the same; they need four times as long. */
export function readPlainVerification(body: Buffer): VerifyRequest | null {
  const text = body.toString('latin1');
  return PLAIN.test(text) ? new PlainBody(body, text).read() : null;
}

type Fields = { -readonly [Name in keyof VerifyRequest]: VerifyRequest[Name] };

/** Walks over one body, once. */
class PlainBody {
  readonly #body: Buffer;
  readonly #text: string;
  #at = 0;
  readonly #fields: Fields = {
    key: undefined,
    method: undefined,
    path: undefined,
    cost: 1,
    dryRun: false,
    explain: false,
  };
  /** One bit for each field that was there, because one with a default says nothing about that. */
  #seen = 0;

  constructor(body: Buffer, text: string) {
    this.#body = body;
    this.#text = text;
  }

  read(): VerifyRequest | null {
    if (!this.#take(OPEN_OBJECT)) return null;
    do {
      if (!this.#readField()) return null;
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_OBJECT)) return null;
    this.#skipSpace();
    return this.#at === this.#text.length && isWhole(this.#fields) ? this.#fields : null;
  }

  #readField(): boolean {
    const name = this.#readString(false);
    if (name === null || !this.#take(COLON)) return false;
    switch (name) {
      case 'key':
        return this.#isFirst(1) && (this.#fields.key = this.#readSecret()) !== undefined;
      case 'method':
        return this.#isFirst(2) && this.#readMethod();
      case 'path':
        return this.#isFirst(4) && (this.#fields.path = this.#readText()) !== undefined;
      case 'clientIp':
        return this.#isFirst(8) && (this.#fields.clientIp = this.#readText()) !== undefined;
      case 'userAgent':
        return this.#isFirst(16) && (this.#fields.userAgent = this.#readText()) !== undefined;
      case 'origin':
        return this.#isFirst(32) && (this.#fields.origin = this.#readText()) !== undefined;
      case 'keyId':
        return this.#isFirst(64) && (this.#fields.keyId = this.#readText()) !== undefined;
      case 'secret':
        return this.#isFirst(128) && (this.#fields.secret = this.#readSecret()) !== undefined;
      case 'scopes':
        return this.#isFirst(256) && (this.#fields.scopes = this.#readScopes()) !== undefined;
      case 'cost':
        return this.#isFirst(512) && this.#readCost();
      case 'requestId':
        return this.#isFirst(1024) && this.#readRequestId();
      default:
        return false;
    }
  }

  #isFirst(bit: number): boolean {
    const isFirst = (this.#seen & bit) === 0;
    this.#seen |= bit;
    return isFirst;
  }

  #readText(): string | undefined {
    return this.#readString(true) ?? undefined;
  }

  /** What is dropped with the request anyhow needs no copy. */
  #readSecret(): string | undefined {
    return this.#readString(false) ?? undefined;
  }

  #readMethod(): boolean {
    const method = METHODS.get(this.#readString(false) ?? '');
    this.#fields.method = method;
    return method !== undefined;
  }

  #readScopes(): readonly string[] | undefined {
    if (!this.#take(OPEN_LIST)) return undefined;
    const scopes: string[] = [];
    do {
      const scope = this.#readString(true);
      if (scope === null || scope === '' || scope.length > SCOPE_CHARACTERS_MAX) return undefined;
      scopes.push(scope);
    } while (this.#take(COMMA));
    return this.#take(CLOSE_LIST) && scopes.length <= SCOPES_MAX ? scopes : undefined;
  }

  /** A whole number without sign, point, exponent or leading zero. */
  #readCost(): boolean {
    this.#skipSpace();
    const start = this.#at;
    let cost = 0;
    for (; ; this.#at += 1) {
      const digit = this.#text.charCodeAt(this.#at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      cost = cost * 10 + digit;
    }
    const length = this.#at - start;
    this.#fields.cost = cost;
    return length > 0 && length <= 4 && cost <= COST_MAX && String(cost).length === length;
  }

  #readRequestId(): boolean {
    const text = this.#readString(true);
    if (text === null || !isRequestId(text)) return false;
    this.#fields.requestId = text;
    return true;
  }

  /** The string that comes next. `isKept` = it may outlive the request, so it must not hold on to the text around it, in which
   *  there is a key: a part of a text is only a view of the whole to V8. */
  #readString(isKept: boolean): string | null {
    if (!this.#take(QUOTE)) return null;
    const start = this.#at;
    const end = this.#text.indexOf('"', start);
    if (end === -1) return null;
    this.#at = end + 1;
    return isKept ? this.#body.toString('latin1', start, end) : this.#text.slice(start, end);
  }

  #take(character: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at += 1;
  }
}

/** What the contract asks of fields together. */
function isWhole({ key, keyId, secret, method, path, scopes }: Fields): boolean {
  const isPair = keyId !== undefined && secret !== undefined;
  const isKey = key !== undefined && keyId === undefined && secret === undefined;
  if (!isKey && !(key === undefined && isPair)) return false;
  return (method === undefined) === (path === undefined) && (method !== undefined || scopes !== undefined);
}
