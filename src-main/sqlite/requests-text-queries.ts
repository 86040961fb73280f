import type { ServiceId } from '#contract/ids.ts';
import { isInNetwork, parseAddress, parseNetwork } from '#main/domain/ip-address.ts';
import { fitsTemplate } from '#main/domain/path-template.ts';
import type { DatabaseHandle } from './open-database.ts';
import type { TextMatch } from './row-tests.ts';

/** A service under one of its names. */
export interface NamedService {
  readonly id: number;
  readonly serviceId: ServiceId;
  readonly name: string;
}

// Searches, once for each part that is asked for; each scans the texts.
const MATCHING: Readonly<Record<TextMatch['how'], string>> = {
  contains: 'SELECT id FROM texts WHERE instr(text, ?) > 0',
  containsAnyCase: 'SELECT id FROM texts WHERE instr(lower(text), ?) > 0',
  // Only what begins like an address or a path is handed to JavaScript.
  network: "SELECT id FROM texts WHERE text GLOB '[0-9a-fA-F:]*' AND in_network(text, ?)",
  template: "SELECT id FROM texts WHERE text GLOB '/*' AND fits_template(text, ?)",
};

// Searches for tags; scans the texts.
const TAG_LISTS = `SELECT id, text FROM texts WHERE text GLOB '[[]"*'`;

// Searches for methods; the unique index.
const TEXT_ID = 'SELECT id FROM texts WHERE text = (SELECT ?)';

// Facets; primary key.
const TEXTS_OF = 'SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))';

// Searches by the name of a service; scans a small table.
const SERVICES = 'SELECT id, service_id AS serviceId, name FROM services';

/** Prepares look-ups of the texts and services that a query means. Gives SQL the functions `in_network(text, network)` and
 *  `fits_template(path, template)`. */
export function createRequestsTextQueries(handle: DatabaseHandle) {
  addFunctions(handle);
  const matching = {
    contains: handle.prepare<[string], { id: number }>(MATCHING.contains),
    containsAnyCase: handle.prepare<[string], { id: number }>(MATCHING.containsAnyCase),
    network: handle.prepare<[string], { id: number }>(MATCHING.network),
    template: handle.prepare<[string], { id: number }>(MATCHING.template),
  };
  const tagLists = handle.prepare<[], { id: number; text: string }>(TAG_LISTS);
  const textId = handle.prepare<[string], { id: number }>(TEXT_ID);
  const textsOf = handle.prepare<[string], { id: number; text: string }>(TEXTS_OF);
  const services = handle.prepare<[], NamedService>(SERVICES);
  return {
    /** Numbers of the texts that match any of the parts. */
    matching: ({ how, parts }: TextMatch): readonly number[] => [
      ...new Set(parts.flatMap((part) => matching[how].all(part).map((row) => row.id))),
    ],
    /** Numbers of these very texts. */
    exactly: (texts: readonly string[]): readonly number[] =>
      texts.flatMap((text) => textId.all(text).map((row) => row.id)),
    /** Numbers of the lists of tags in which one of them `fits`. */
    tagLists: (fits: (tag: string) => boolean): readonly number[] =>
      tagLists
        .all()
        .filter(({ text }) => readTags(text).some(fits))
        .map((row) => row.id),
    /** Texts of these numbers. */
    textsOf: (ids: readonly number[]): ReadonlyMap<number, string> =>
      new Map(textsOf.all(JSON.stringify(ids)).map(({ id, text }) => [id, text])),
    services: (): readonly NamedService[] => services.all(),
  };
}

/** A text that begins like a list of tags need not be one: a path or detail can hold anything. */
function readTags(text: string): readonly string[] {
  try {
    const tags: unknown = JSON.parse(text);
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function addFunctions(handle: DatabaseHandle): void {
  const networkOf = lastOf(parseNetwork);
  handle.function('in_network', { deterministic: true }, (text: unknown, network: unknown) => {
    if (typeof text !== 'string' || typeof network !== 'string') return 0;
    const [parsed, address] = [networkOf(network), parseAddress(text)];
    return parsed !== null && address !== null && isInNetwork(address, parsed) ? 1 : 0;
  });
  const templateOf = lastOf((path: string) => fitsTemplate(path));
  handle.function('fits_template', { deterministic: true }, (path: unknown, template: unknown) =>
    typeof path === 'string' && typeof template === 'string' && templateOf(template)(path) ? 1 : 0,
  );
}

/** A row after the other asks with the same text. */
function lastOf<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}
