import type { ServiceId } from '#contract/ids.ts';
import { NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDimensionQueries } from '#main/sqlite/requests-dimension-queries.ts';
import type { DecisionPrincipal } from './decision-row.ts';
import type { ReadPrincipal } from './read-texts.ts';
import type { KeyDescription } from './requests-messages.ts';
import { PATH_BYTES_MAX, SHORT_TEXT_BYTES_MAX, storedText, USER_AGENT_BYTES_MAX } from './stored-text.ts';
import { TextNumbers } from './text-numbers.ts';

/** Entries kept of each kind; beyond that the memory is emptied and filled again from the file. */
const CACHE_MAX = 20_000;
/** Names of one key that are kept. */
const NAMES_MAX = 16;

/** Without a version: of a request that was verified elsewhere. */
type NamedPrincipal = KeyDescription & Partial<Pick<DecisionPrincipal, 'secretVersion'>>;
type KnownPrincipal = DecisionPrincipal & { readonly id: number };

/** Numbers of principals, services and texts, looked up once. Forget everything when a transaction failed. */
export class Dimensions {
  readonly #queries: RequestsDimensionQueries;
  /** By key id: the few ways it was named, newest last. */
  readonly #principals = new Map<string, KnownPrincipal[]>();
  /** Marks what was noted in principals since the last `forget`. */
  #note = {};
  readonly #services = new Map<string, number>();
  #service = { serviceId: '', name: '', number: 0 };
  readonly #serviceIds = new Map<number, ServiceId | null>();
  readonly #environments = new Map<number, 'live' | 'test' | null>();
  /** Methods, rules, details and error codes. */
  readonly texts: TextNumbers;
  readonly agents: TextNumbers;
  readonly paths: TextNumbers;
  readonly addresses: TextNumbers;
  /** Texts that are as they should be already. */
  readonly plain: TextNumbers;

  constructor(queries: RequestsDimensionQueries) {
    this.#queries = queries;
    this.texts = new TextNumbers(queries, (text) => storedText(text, SHORT_TEXT_BYTES_MAX));
    this.agents = new TextNumbers(queries, (text) => storedText(text, USER_AGENT_BYTES_MAX));
    this.paths = new TextNumbers(queries, (text) => storedText(text, PATH_BYTES_MAX));
    this.addresses = new TextNumbers(queries, (text) => storedText(text, SHORT_TEXT_BYTES_MAX));
    this.plain = new TextNumbers(queries, (text) => text);
  }

  /** Number of a key as named now; NO_KEY_PRINCIPAL for null. Version 0 = not told. */
  principal(principal: NamedPrincipal | ReadPrincipal | null): number {
    if (principal === null) return NO_KEY_PRINCIPAL;
    if (!('notedBy' in principal)) return this.#find(principal);
    if (principal.notedBy !== this.#note) {
      principal.number = this.#find(principal);
      principal.notedBy = this.#note;
    }
    return principal.number;
  }

  #find(principal: NamedPrincipal): number {
    const known = this.#principals.get(principal.keyId);
    const version = principal.secretVersion ?? 0;
    for (const one of known ?? []) if (isSame(one, principal, version)) return one.id;
    const { keyId, keyName, environment, applicationId, application, partnerId, partner } = principal;
    const owner = { applicationId, application, partnerId, partner };
    const row = { keyId, secretVersion: version, keyName, environment, ...owner };
    const id = this.#queries.findPrincipal(row);
    // Of a million keys most are seen once: what is kept is who comes again.
    if (id === undefined) return this.#queries.addPrincipal(row);
    this.#keep({ ...row, id }, known);
    return id;
  }

  #keep(principal: KnownPrincipal, known: KnownPrincipal[] | undefined): void {
    if (known === undefined) remember(this.#principals, principal.keyId, [principal]);
    // A key renamed time and again must not fill the memory.
    else if (known.length < NAMES_MAX) known.push(principal);
    else known.splice(0, NAMES_MAX, principal);
  }

  /** Number of a service under its present name. */
  service(serviceId: string, name: string): number {
    // Rows of one service come together.
    if (this.#service.serviceId !== serviceId || this.#service.name !== name) {
      const cacheKey = `${serviceId}\n${name}`;
      const number =
        this.#services.get(cacheKey) ??
        remember(this.#services, cacheKey, this.#queries.service(serviceId, name));
      this.#service = { serviceId, name, number };
    }
    return this.#service.number;
  }

  /** Which service a number stands for. */
  serviceIdOf(number: number): ServiceId | null {
    const known = this.#serviceIds.get(number);
    return known === undefined
      ? remember(this.#serviceIds, number, this.#queries.idOfService(number))
      : known;
  }

  /** Environment of a principal's key; null for NO_KEY_PRINCIPAL. */
  environmentOf(principalId: number): 'live' | 'test' | null {
    const known = this.#environments.get(principalId);
    return known === undefined
      ? remember(this.#environments, principalId, this.#queries.environmentOf(principalId))
      : known;
  }

  forget(): void {
    this.#queries.readPrincipals();
    this.#principals.clear();
    this.#note = {};
    this.#services.clear();
    this.#service = { serviceId: '', name: '', number: 0 };
    this.#serviceIds.clear();
    this.#environments.clear();
    for (const texts of [this.texts, this.agents, this.paths, this.addresses, this.plain]) texts.forget();
  }
}

function isSame(one: KnownPrincipal, principal: KeyDescription, secretVersion: number): boolean {
  return (
    one.secretVersion === secretVersion &&
    one.keyName === principal.keyName &&
    one.environment === principal.environment &&
    one.application === principal.application &&
    one.partner === principal.partner &&
    one.applicationId === principal.applicationId &&
    one.partnerId === principal.partnerId
  );
}

function remember<K, T>(cache: Map<K, T>, key: K, value: T): T {
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(key, value);
  return value;
}
