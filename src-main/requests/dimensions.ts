import type { ServiceId } from '#contract/ids.ts';
import { NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDimensionQueries } from '#main/sqlite/requests-dimension-queries.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { DecisionPrincipal } from './decision-row.ts';
import type { KeyDescription } from './requests-messages.ts';

/** Entries kept of each kind; beyond that the memory is emptied and filled again from the file. */
const CACHE_MAX = 20_000;

/** Numbers of principals, services and texts, looked up once. Forget everything when a transaction failed. */
export class Dimensions {
  readonly #queries: RequestsDimensionQueries;
  readonly #principals = new Map<string, number>();
  readonly #services = new Map<string, number>();
  readonly #serviceIds = new Map<number, ServiceId | null>();
  readonly #environments = new Map<number, 'live' | 'test' | null>();
  readonly #texts = new Map<string, { readonly id: number; lastDay: number }>();

  constructor(queries: RequestsDimensionQueries) {
    this.#queries = queries;
  }

  /** Number of a key as named now; NO_KEY_PRINCIPAL for null. Version 0 = not told. */
  principal(principal: (KeyDescription & Partial<Pick<DecisionPrincipal, 'secretVersion'>>) | null): number {
    if (principal === null) return NO_KEY_PRINCIPAL;
    const { keyId, keyName, environment, applicationId, application, partnerId, partner } = principal;
    const secretVersion = principal.secretVersion ?? 0;
    // Names hold no control characters, so a line feed keeps the parts apart.
    const cacheKey = `${keyId}\n${String(secretVersion)}\n${keyName}\n${environment}\n${application}\n${partner}\n${applicationId}\n${partnerId}`;
    const known = this.#principals.get(cacheKey);
    if (known !== undefined) return known;
    const row = {
      keyId,
      secretVersion,
      keyName,
      environment,
      applicationId,
      application,
      partnerId,
      partner,
    };
    return remember(this.#principals, cacheKey, this.#queries.principal(row));
  }

  /** Number of a service under its present name. */
  service(serviceId: string, name: string): number {
    const cacheKey = `${serviceId}\n${name}`;
    return (
      this.#services.get(cacheKey) ??
      remember(this.#services, cacheKey, this.#queries.service(serviceId, name))
    );
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

  /** Number of a text that a row of `atMs` refers to. */
  text(text: string, atMs: number): number {
    const day = Math.floor(atMs / ROLLUP_MS.day);
    const known = this.#texts.get(text) ?? remember(this.#texts, text, { ...this.#queries.text(text, day) });
    if (known.lastDay < day) {
      this.#queries.touchText(known.id, day);
      known.lastDay = day;
    }
    return known.id;
  }

  forget(): void {
    this.#principals.clear();
    this.#services.clear();
    this.#serviceIds.clear();
    this.#environments.clear();
    this.#texts.clear();
  }
}

function remember<K, T>(cache: Map<K, T>, key: K, value: T): T {
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(key, value);
  return value;
}
