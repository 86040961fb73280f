import { externalId, tag } from '#contract/names.ts';
import { gatherKongDump, type KongConsumer, type KongCredential } from './gather-kong-dump.ts';
import { fieldsOf, isFields, numberOf, textOf, type KongFields } from './kong-fields.ts';
import { kongPolicy, type KongPolicy } from './kong-plugins.ts';
import { importedName, readForeignKey } from './read-key-import.ts';
import type { ImportEntry, ImportProblem, ReadImport } from './read-key-import.ts';

/** A consumer as its keys need it. */
interface Owner extends KongPolicy {
  /** Null where it has none, or one that is a key itself. */
  readonly name: string | null;
  readonly externalId: string | null;
  readonly tags: readonly string[];
  readonly line: number;
}

/** Tells a word of the dump from its keys. */
type IsKey = (word: string) => boolean;

const LISTS = ['consumers', 'keyauth_credentials', 'data'] as const;
const OTHER_CREDENTIALS = [
  ['basicauth_credentials', 'basic-auth'],
  ['hmacauth_credentials', 'hmac-auth'],
  ['jwt_secrets', 'jwt'],
  ['mtls_auth_credentials', 'mtls-auth'],
  ['oauth2_credentials', 'oauth2'],
] as const;
const UNKNOWN =
  'There is no consumer and no key of Kong in this text. Paste a deck dump, or answers of the Admin API.';
const TAGS_MAX = 20;

/** Reads the key-auth credentials of Kong. `documents` are a deck dump, or answers of its Admin API (`/consumers`, `/key-auths`).
 *  `lineOf` tells where a word stands first, null when it cannot. A name, an external ID or a tag that is a key of the dump itself is left out; no problem
 *  repeats a key. */
export function readKongDump(
  documents: readonly unknown[],
  lineOf: (word: string) => number | null,
): ReadImport {
  const objects = documents.filter(isFields);
  const unreadable = objects.length < documents.length ? UNKNOWN : whyUnreadable(objects);
  if (unreadable !== null) return { entries: [], problems: [], unreadable };
  const { credentials, consumers } = gatherKongDump(objects);
  const isKey = keyWords(credentials);
  const problems: ImportProblem[] = objects.flatMap(pageProblems);
  const owners = new Map<KongConsumer, Owner>();
  for (const consumer of consumers) {
    const owner = readOwner(consumer, { isKey, lineOf });
    owners.set(consumer, owner);
    problems.push(...owner.problems.map((message) => problemOf(owner, owner.line, message)));
  }
  const entries: ImportEntry[] = [];
  const keysOf = new Map<string, number>();
  for (const { fields, consumer } of credentials) {
    const owner = (consumer === null ? undefined : owners.get(consumer)) ?? null;
    const text = textOf(fields['key']);
    const line = (text === null ? null : lineOf(text)) ?? owner?.line ?? 1;
    const read = text === null ? { problem: 'This credential has no key.' } : readKey(text);
    if (read.problem !== null) {
      problems.push(problemOf(owner, line, read.problem));
      continue;
    }
    const name = owner?.name ?? `Imported key, line ${String(line)}`;
    const count = (keysOf.get(name) ?? 0) + 1;
    keysOf.set(name, count);
    entries.push({
      ...entryOf(fields, owner, isKey),
      ...{ ...importedName(count === 1 ? name : `${name} (${String(count)})`, line), text: read.text, line },
    });
  }
  return { entries, problems, unreadable: null };
}

function whyUnreadable(objects: readonly KongFields[]): string | null {
  const versions = objects.map((one) => one['_format_version']).filter((one) => one !== undefined);
  if (versions.some((one) => !/^[123](?:\.|$)/.test(String(numberOf(one))))) {
    return 'The _format_version of this dump is not known: 1.1 to 3.0 are. Write the dump in one of these.';
  }
  const isDump = objects.length > 0 && objects.every((one) => LISTS.some((name) => Array.isArray(one[name])));
  return isDump ? null : UNKNOWN;
}

/** Pages of the Admin API hold 100 entries unless more are asked for. */
function pageProblems(document: KongFields): readonly ImportProblem[] {
  if (textOf(document['next']) === null) return [];
  const message =
    'Here ends one page of several. Ask for ?size=1000, and put each page on a line of its own.';
  return [{ line: 1, message }];
}

function problemOf(owner: Owner | null, line: number, message: string): ImportProblem {
  const name = owner?.name ?? null;
  return { line, message: name === null ? message : `Consumer “${name}”: ${message}` };
}

/** Some name a consumer like its key. */
function keyWords(credentials: readonly KongCredential[]): IsKey {
  const keys = new Set(credentials.map(({ fields }) => textOf(fields['key'])));
  return (word) => word.split(/[\s,;:=/@]+/).some((part) => keys.has(part)) || keys.has(word);
}

function readKey(text: string): ReturnType<typeof readForeignKey> {
  if (/^(?:\{vault:|\$\{\{)/.test(text)) {
    return { problem: 'This only names a secret that is kept elsewhere. Import the key itself.' };
  }
  return readForeignKey(text);
}

function readOwner(
  { fields, plugins }: KongConsumer,
  { isKey, lineOf }: { readonly isKey: IsKey; readonly lineOf: (word: string) => number | null },
): Owner {
  const policy = kongPolicy(plugins);
  const problems = [...policy.problems];
  const safe = (value: unknown): string | null => {
    const word = textOf(value);
    if (word === null || !isKey(word)) return word;
    problems.push('A name of this consumer is a key itself and is left out. Rotate that key soon.');
    return null;
  };
  const [username, customId, id] = [safe(fields['username']), safe(fields['custom_id']), safe(fields['id'])];
  for (const [list, word] of OTHER_CREDENTIALS) {
    if (fieldsOf(fields[list]).length > 0) {
      problems.push(`Its ${word} credentials are no keys and stay behind. Give it a key of its own.`);
    }
  }
  const groups = fieldsOf(fields['acls']).map((one) => `group=${textOf(one['group']) ?? ''}`);
  const first = [fields['username'], fields['custom_id'], fields['id']].map(textOf);
  const line = lineOf(first.find((one) => one !== null) ?? '') ?? 1;
  const name = username ?? customId ?? (id === null ? null : `Consumer ${id}`);
  return {
    ...policy,
    name: name === null ? null : importedName(name, line).name,
    externalId: externalId.safeParse(customId).data ?? null,
    tags: [...tagsOf(fields['tags']), ...groups].filter((one) => !isKey(one)),
    problems,
    line,
  };
}

function tagsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf).filter((one) => one !== null) : [];
}

function entryOf(
  fields: KongFields,
  owner: Owner | null,
  isKey: IsKey,
): Omit<ImportEntry, 'line' | 'name' | 'note' | 'text'> {
  const given = [...(owner?.tags ?? []), ...tagsOf(fields['tags']).filter((one) => !isKey(one))];
  const seconds = numberOf(fields['ttl']);
  return {
    isEnabled: owner?.isEnabled ?? true,
    tags: [...new Set(given)].filter((one) => tag.safeParse(one).success).slice(0, TAGS_MAX),
    rateLimit: owner?.rateLimit ?? null,
    quota: owner?.quota ?? null,
    externalId: owner?.externalId ?? null,
    lifeMs: seconds === null ? null : seconds * 1_000,
    consumer: owner?.name ?? null,
  };
}
