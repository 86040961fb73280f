import { z } from 'zod';
import { quota, rateLimit, rateLimits } from '#contract/plans.ts';
import type { RateLimit } from '#contract/plans.ts';
import { rule } from '#contract/scopes.ts';
import { compileRules, OWN_RULE } from '#main/domain/path-rules.ts';
import { QuotaCalendar } from '#main/domain/quota.ts';
import type { Held } from '#main/domain/scope-check.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { readBindings, UNBOUND } from './bindings.ts';
import type { Bindings } from './bindings.ts';
import { heldLimit } from './limit-endpoints.ts';
import type { HeldLimit } from './limit-endpoints.ts';
import type { CountedQuota } from './limiter.ts';
import { Memo } from './memo.ts';

/** Distinct policy texts that stay compiled; keys with the same scopes share one. */
const MEMO_ENTRIES_MAX = 4_096;
const NO_RULES = '[]';

const scopesOf = z.array(z.object({ name: z.string(), rules: z.array(rule) }));
const scopesAndRules = z.union([
  z.tuple([scopesOf, z.array(rule)]),
  z.tuple([scopesOf, z.array(rule), scopesOf]),
]);
const tagList = z.array(z.string()).readonly();
const metaObject = z.record(z.string(), z.unknown());

/** Reads the policy texts of a row. What is remembered depends on the exact text alone, never on a key: a change in the store
 *  shows at once, because it is another text. */
export class Policies {
  readonly #held = new Memo(compileHeld, MEMO_ENTRIES_MAX);
  /** Of keys without rules of their own, which are most: the text of their scopes is one object for all of them, and a Map knows
   *  an object that it has seen without reading it. */
  readonly #heldByScopes = new Memo((text) => compileHeld(`[${text},[]]`), MEMO_ENTRIES_MAX);
  readonly #bindings = new Memo(readBindings, MEMO_ENTRIES_MAX);
  readonly #rates = new Memo((text) => rateLimit.parse(JSON.parse(text)), MEMO_ENTRIES_MAX);
  readonly #namedLimits = new Memo(readNamedLimits, MEMO_ENTRIES_MAX);
  readonly #quotas = new Memo(readQuota, MEMO_ENTRIES_MAX);
  readonly #tags = new Memo((text) => tagList.parse(JSON.parse(text)), MEMO_ENTRIES_MAX);
  readonly #metas = new Memo((text) => metaObject.parse(JSON.parse(text)), MEMO_ENTRIES_MAX);

  /** Scopes at the calling service together with the key's own rules. */
  held(row: VerifyRow): Held {
    if (row.denialsJson !== null) {
      return this.#held.get(`[${row.scopesJson},${row.rulesJson},${row.denialsJson}]`);
    }
    if (row.rulesJson === NO_RULES) return this.#heldByScopes.get(row.scopesJson);
    return this.#held.get(`[${row.scopesJson},${row.rulesJson}]`);
  }

  bindings(row: VerifyRow): Bindings {
    return row.bindingsJson === null ? UNBOUND : this.#bindings.get(row.bindingsJson);
  }

  rateLimit(row: VerifyRow): RateLimit | null {
    return row.rateLimitJson === null ? null : this.#rates.get(row.rateLimitJson);
  }

  /** A child's own limit. */
  childLimit(row: VerifyRow): RateLimit | null {
    return row.childLimitJson === null ? null : this.#rates.get(row.childLimitJson);
  }

  /** Tags of a child that the log keeps with its requests. */
  childTags(row: VerifyRow): readonly string[] {
    return row.childTagsJson === null ? NO_TAGS : this.#tags.get(row.childTagsJson);
  }

  /** The plan's and the key's own together; of the same name the key's. */
  namedLimits(row: VerifyRow): readonly HeldLimit[] {
    return row.rateLimitsJson === null ? NO_NAMED_LIMITS : this.#namedLimits.get(row.rateLimitsJson);
  }

  quota(row: VerifyRow): CountedQuota | null {
    return row.quotaJson === null ? null : this.#quotas.get(row.quotaJson);
  }

  meta(row: VerifyRow): Readonly<Record<string, unknown>> {
    return this.#metas.get(row.metaJson);
  }
}

const NO_TAGS: readonly string[] = [];
const NO_NAMED_LIMITS: readonly HeldLimit[] = [];

function readNamedLimits(text: string): readonly HeldLimit[] {
  const [ofPlan, own] = z.tuple([rateLimits, rateLimits]).parse(JSON.parse(text));
  return [...ofPlan.filter(({ name }) => !own.some((each) => each.name === name)), ...own].map(heldLimit);
}

/** Each distinct quota has a calendar of its own, which remembers the running period. */
function readQuota(text: string): CountedQuota {
  const parsed = quota.parse(JSON.parse(text));
  return { ...parsed, calendar: new QuotaCalendar(parsed) };
}

function compileHeld(text: string): Held {
  const [scopes, ownRules, withheld] = scopesAndRules.parse(JSON.parse(text));
  const sourced = scopes.flatMap((scope) => scope.rules.map((each) => ({ ...each, source: scope.name })));
  const own = ownRules.map((each) => ({ ...each, source: OWN_RULE }));
  const scopeNames = scopes.map((scope) => scope.name);
  if (withheld === undefined) return { scopeNames, rules: compileRules([...sourced, ...own]) };
  const denied = withheld.flatMap((scope) =>
    scope.rules.filter(({ effect }) => effect === 'deny').map((each) => ({ ...each, source: scope.name })),
  );
  return {
    scopeNames,
    rules: compileRules([...sourced, ...own, ...denied]),
    withheldNames: withheld.map((scope) => scope.name),
  };
}
