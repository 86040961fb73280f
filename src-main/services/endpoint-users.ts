import { USERS_NAMED_MAX, type MissingEndpoint } from '#contract/endpoint-import.ts';
import type { ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { OWN_RULE, parsePattern, ruleText } from '#main/domain/path-rules.ts';
import { patternCovers, patternsMeet } from '#main/domain/pattern-overlap.ts';
import type { PathPattern } from '#main/domain/rule-tree.ts';
import { rulesOf, scopeIdsOf, type KeyPolicyRow } from '#main/sqlite/key-policy-queries.ts';

/** Who may call one endpoint. */
type Users = Pick<MissingEndpoint, 'keyCount' | 'keys' | 'rules'>;

/** What rules say of the endpoints that are asked about, by their places. */
interface Says {
  /** Texts of allow rules that some path of the endpoint matches. */
  readonly allows: ReadonlyMap<number, readonly string[]>;
  /** A deny rule matches every path of it. */
  readonly denies: ReadonlySet<number>;
}

/** How long work gives way to others. */
export interface Pace {
  readonly monotonicMs: () => number;
  /** Resolves at once while a turn has time left, and otherwise when others were served. */
  readonly startTurns: () => { readonly giveWay: () => Promise<void> | undefined };
}

/** Endpoints of one service. */
interface UsersQuestion {
  readonly serviceId: ServiceId;
  readonly endpoints: readonly Endpoint[];
  readonly pace: Pace;
}

interface Asked {
  readonly method: string;
  readonly pattern: PathPattern;
}

/** Keys that are read at once: about a millisecond. */
const SLICE_KEYS = 200;
/** How long keys are looked at before the counts say "at least". */
const BUDGET_MS = 3_000;
/** Policies whose verdicts are kept: keys of one template or application mostly share theirs. */
const KEPT_MAX = 5_000;

/** For each endpoint the keys, not revoked, that have an allow rule for some path of it and no deny rule for all of them, from scopes of
 *  the service or of their own; and the rules. Expiry, limits and bindings play no part, but for the services that a key
 *  is bound to. Gives way to verifications in between; stops looking after 3 seconds (`isWhole` false). */
export async function endpointUsers(
  context: UseCaseContext,
  question: UsersQuestion,
): Promise<{ readonly users: readonly Users[]; readonly isWhole: boolean }> {
  const gathered = question.endpoints.map(() => new UsersOfOne());
  const ofScopes = saysOfScopes(context, question);
  for (const { allows } of ofScopes.values()) {
    for (const [place, texts] of allows) gathered[place]?.addRules(texts);
  }
  const isWhole = await eachKey(context, { ...question, ofScopes }, (key, verdict) => {
    for (const [place, texts] of verdict) gathered[place]?.addKey(key, texts);
  });
  return { users: gathered.map((one) => one.users()), isWhole };
}

/** How many keys those are, for each endpoint, without their names: a whole catalogue costs little more than one endpoint. */
export async function countEndpointUsers(
  context: UseCaseContext,
  question: UsersQuestion,
): Promise<{ readonly counts: readonly number[]; readonly isWhole: boolean }> {
  const ofVerdicts = new Map<Verdict, number>();
  const parts = { ...question, ofScopes: saysOfScopes(context, question) };
  const isWhole = await eachKey(context, parts, (_key, verdict) => {
    ofVerdicts.set(verdict, (ofVerdicts.get(verdict) ?? 0) + 1);
  });
  const counts = question.endpoints.map(() => 0);
  for (const [verdict, keys] of ofVerdicts) {
    for (const place of verdict.keys()) counts[place] = (counts[place] ?? 0) + keys;
  }
  return { counts, isWhole };
}

/** What the scopes of the service say, by their ids. */
function saysOfScopes({ db }: UseCaseContext, { serviceId, endpoints }: UsersQuestion) {
  const asked = endpoints.map(askedOf);
  const ofScopes = new Map<string, Says>();
  for (const { id, name, rules } of db.scopes.list(serviceId)) ofScopes.set(id, saysOf(asked, rules, name));
  return ofScopes;
}

/** Calls `take` with each key that is not revoked and the endpoints that it may call; false when the time was up before. */
async function eachKey(
  { db }: UseCaseContext,
  {
    serviceId,
    endpoints,
    pace: { monotonicMs, startTurns },
    ofScopes,
  }: UsersQuestion & { readonly ofScopes: ReadonlyMap<string, Says> },
  take: (key: KeyPolicyRow, verdict: Verdict) => void,
): Promise<boolean> {
  if (endpoints.length === 0) return true;
  const callable = keptVerdicts(endpoints.map(askedOf), ofScopes);
  const turns = startTurns();
  const endMs = monotonicMs() + BUDGET_MS;
  let slice = db.keyPolicies.after('', { serviceId, limit: SLICE_KEYS });
  while (slice.length > 0) {
    for (const key of slice) {
      take(key, callable(key));
      await turns.giveWay();
    }
    if (monotonicMs() >= endMs) return false;
    slice = db.keyPolicies.after(slice.at(-1)?.id ?? '', { serviceId, limit: SLICE_KEYS });
  }
  return true;
}

class UsersOfOne {
  #keyCount = 0;
  readonly #keys: Users['keys'][number][] = [];
  readonly #rules = new Set<string>();

  addKey({ id, name, environment, application }: KeyPolicyRow, texts: readonly string[]): void {
    this.#keyCount += 1;
    if (this.#keys.length < USERS_NAMED_MAX) this.#keys.push({ keyId: id, name, environment, application });
    this.addRules(texts);
  }

  addRules(texts: readonly string[]): void {
    for (const text of texts) if (this.#rules.size < USERS_NAMED_MAX) this.#rules.add(text);
  }

  users(): Users {
    return { keyCount: this.#keyCount, keys: this.#keys, rules: [...this.#rules] };
  }
}

/** The endpoints that a key may call, with its own rules for them. */
type Verdict = ReadonlyMap<number, readonly string[]>;

function keptVerdicts(
  asked: readonly (Asked | null)[],
  ofScopes: ReadonlyMap<string, Says>,
): (key: KeyPolicyRow) => Verdict {
  const kept = new Map<string, Verdict>();
  return ({ scopeIdsJson, rulesJson }) => {
    const name = `${scopeIdsJson} ${rulesJson}`;
    let verdict = kept.get(name);
    if (verdict === undefined) {
      const own = saysOf(asked, rulesOf(rulesJson), OWN_RULE);
      const scopes = scopeIdsOf(scopeIdsJson).flatMap((id) => ofScopes.get(id) ?? []);
      verdict = verdictOf(own, scopes);
      if (kept.size < KEPT_MAX) kept.set(name, verdict);
    }
    return verdict;
  };
}

function verdictOf(own: Says, scopes: readonly Says[]): Verdict {
  const all = [own, ...scopes];
  const verdict = new Map<number, readonly string[]>();
  for (const { allows } of all) {
    for (const place of allows.keys()) {
      if (!all.some(({ denies }) => denies.has(place))) verdict.set(place, own.allows.get(place) ?? []);
    }
  }
  return verdict;
}

function askedOf({ method, path }: Endpoint): Asked | null {
  const parsed = parsePattern(path);
  return parsed.ok ? { method, pattern: parsed.pattern } : null;
}

function saysOf(asked: readonly (Asked | null)[], rules: readonly Rule[], source: string): Says {
  const allows = new Map<number, readonly string[]>();
  const denies = new Set<number>();
  for (const rule of rules) {
    const parsed = parsePattern(rule.path);
    const methods = new Set<string>(rule.methods);
    for (const [place, one] of asked.entries()) {
      if (one === null || !(methods.has('*') || methods.has(one.method))) continue;
      if (rule.effect === 'allow') {
        if (!parsed.ok || !patternsMeet(parsed.pattern, one.pattern)) continue;
        allows.set(place, [...(allows.get(place) ?? []), ruleText({ ...rule, source })]);
        // A deny rule that cannot be read denies everything: see compileRules.
      } else if (!parsed.ok || patternCovers(parsed.pattern, one.pattern)) denies.add(place);
    }
  }
  return { allows, denies };
}
