import type Database from 'better-sqlite3';
import { scriptOf } from '#contract/name-scripts.ts';
import { foreignLetters, lookOf, type NameLook } from '#main/domain/name-look.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Names that must not look alike: those of one kind, and of one partner, service or application where `within` says so. */
interface Namesakes {
  readonly what: string;
  readonly sql: string;
}

// Every command that gives a name. Those of applications, scopes and keys compare within their partner, service and application, by
// an index; the others are scans of small tables.
const KINDS = {
  partner: { what: 'another partner', sql: `SELECT id, name FROM partners WHERE @within IS NULL` },
  application: {
    what: 'another application of this partner',
    sql: `SELECT id, name FROM applications WHERE partner_id = @within`,
  },
  service: { what: 'another service', sql: `SELECT id, name FROM services WHERE @within IS NULL` },
  scope: {
    what: 'another scope of this service',
    sql: `SELECT id, name FROM scopes WHERE service_id = @within`,
  },
  plan: { what: 'another plan', sql: `SELECT id, name FROM plans WHERE @within IS NULL` },
  template: { what: 'another template', sql: `SELECT id, name FROM templates WHERE @within IS NULL` },
  token: {
    what: 'another token',
    sql: `SELECT id, name FROM admin_tokens WHERE @within IS NULL AND revoked_at_ms IS NULL`,
  },
  key: {
    what: 'another key of this application',
    sql: `SELECT id, name FROM keys WHERE application_id = @within AND revoked_at_ms IS NULL`,
  },
} as const satisfies Readonly<Record<string, Namesakes>>;

/** A name as it is to be given. */
export interface GivenName {
  readonly kind: keyof typeof KINDS;
  readonly name: string;
  /** Whose name it is to be, unless it is new. */
  readonly id?: string;
  /** The partner of an application, the service of a scope, the application of a key. */
  readonly within?: string;
}

/** Throws where the name could be taken for that of another one of its kind without being equal but for case: NAME_TAKEN, and
 *  INVALID_INPUT for the name of a key. Keys may have equal names: theirs are looked at only when they have letters that are drawn like
 *  plain ones. */
export function refuseNameTwin(handle: Database.Database, given: GivenName): void {
  const { kind, name, id } = given;
  if (kind === 'key' && foreignLetters(name).length === 0) return;
  const twin = nameTwins(handle, given, id)(name);
  if (twin === null) return;
  const message = nameTwinText(given, twin);
  throw new AppError(kind === 'key' ? 'INVALID_INPUT' : 'NAME_TAKEN', message, [{ path: 'name', message }]);
}

/** Looks names up among those of a kind as they are now, and among those that it was asked about before: answers the one that could be
 *  taken for it, null when there is none. `id` is left out. */
export function nameTwins(
  handle: Database.Database,
  { kind, within }: Pick<GivenName, 'kind' | 'within'>,
  id?: string,
): (name: string) => string | null {
  const names = handle.prepare<{ within: string | null }, { id: string; name: string }>(KINDS[kind].sql);
  const drawn = new Map<string, string>();
  const read = new Map<string, string>();
  const keep = (name: string, look: NameLook): void => {
    drawn.set(look.drawn, name);
    read.set(look.read, name);
  };
  for (const other of names.iterate({ within: within ?? null }))
    if (other.id !== id) keep(other.name, lookOf(other.name));
  return (name) => {
    const look = lookOf(name);
    const isOther = (twin: string | undefined): boolean =>
      twin !== undefined && twin.toLowerCase() !== name.toLowerCase();
    const twin = [drawn.get(look.drawn), read.get(look.read)].find(isOther) ?? null;
    keep(name, look);
    return twin;
  };
}

/** Which name it looks like, and why, in a sentence. */
export function nameTwinText({ kind, name }: GivenName, twin: string): string {
  return `“${name}” looks like “${twin}”, ${KINDS[kind].what}: ${whyAlike(name, twin)}. Choose a name that cannot be mistaken.`;
}

const LETTERS_MAX = 3;

function whyAlike(name: string, twin: string): string {
  const [own, theirs] = [foreignLetters(name), foreignLetters(twin)];
  if (own.length > 0) return `its ${lettersText(own)}`;
  if (theirs.length > 0) return `that one’s ${lettersText(theirs)}`;
  return 'only I, l and 1, O and 0, rn and m, or spaces tell them apart';
}

function lettersText(letters: readonly string[]): string {
  const [first = '', ...more] = letters.slice(0, LETTERS_MAX);
  const named = [first, ...more].map((letter) => `“${letter}”`).join(' and ');
  const script = scriptOf(first);
  const isOneScript = script !== null && more.every((letter) => scriptOf(letter) === script);
  if (isOneScript)
    return more.length > 0 ? `${named} are ${script} letters` : `${named} is a ${script} letter`;
  return more.length > 0 ? `${named} are other characters` : `${named} is another character`;
}
