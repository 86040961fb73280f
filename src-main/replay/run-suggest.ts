import { z } from 'zod';
import { timestampMs, type ServiceId } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import type { ReplaySuggestions } from '#contract/replay.ts';
import { rule as ruleSchema, type Rule } from '#contract/scopes.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import {
  compileRules,
  decideRules,
  OWN_RULE,
  type RuleSet,
  type SourcedRule,
} from '#main/domain/path-rules.ts';
import type { ReplayRow } from '#main/sqlite/requests-replay-queries.ts';
import { Policies } from '#main/verify/policies.ts';
import { EndpointNames } from './endpoint-names.ts';
import { isPathWhole, type LoggedRequest } from './logged-request.ts';
import { LogReader, type LogSources } from './log-reader.ts';
import { limitAbove, PeakUse } from './peak-use.ts';
import type { SuggestPlan } from '#main/requests/replay-plan.ts';
import { RulesToAdd } from './suggest-rules.ts';

/** Fewer admitted requests say nothing about a limit. */
const LIMIT_REQUESTS_MIN = 100;
/** Limits are told by the minute where the key has none. */
const WINDOW_MS = 60_000;

/** Reads the requests of one key and says what they mean for the policy that is saved. Throws the signal's reason. */
export async function runSuggest(sources: LogSources, plan: SuggestPlan): Promise<ReplaySuggestions> {
  const { fromMs, toMs, rowsMax, keyId, saved, catalogue } = plan;
  const reader = new LogReader(sources, [keyId]);
  const current = new Policies().rateLimit(saved.row);
  const observed = new Observed(plan, new EndpointNames(catalogue), current?.windowMs ?? WINDOW_MS);
  const found = await reader.find(fromMs, toMs, rowsMax);
  await reader.each(found, (row) => {
    const logged = reader.read(row);
    if (logged !== null) observed.add(logged, reader.namesOf(row).service, row);
  });
  return {
    from: timestampMs.parse(fromMs),
    to: timestampMs.parse(toMs),
    requestCount: observed.count,
    toAdd: observed.toAdd.rules(),
    ...observed.unused(),
    limit: suggestedLimit(observed.peak, current),
    isCapped: found.isCapped,
  };
}

function suggestedLimit(peak: PeakUse, current: RateLimit | null): ReplaySuggestions['limit'] {
  const limit = limitAbove(peak.peak);
  if (limit === null || peak.count < LIMIT_REQUESTS_MIN) return null;
  const windowMs = current?.windowMs ?? WINDOW_MS;
  return {
    rateLimit: { limit, windowMs },
    peak: peak.peak,
    peakAt: timestampMs.parse(peak.peakAtMs),
    current,
  };
}

/** What is learned of the rules of a key, request by request. */
class Observed {
  readonly toAdd = new RulesToAdd();
  readonly peak: PeakUse;
  count = 0;
  readonly #endpoints: EndpointNames;
  readonly #own: readonly SourcedRule[];
  readonly #used = new Set<SourcedRule>();
  readonly #ofScopes: readonly {
    readonly name: string;
    readonly serviceId: ServiceId;
    readonly rules: readonly SourcedRule[];
  }[];
  readonly #sets = new Map<ServiceId, RuleSet>();
  readonly #verdicts = new Map<string, Spoken>();
  /** Services that asked for scopes alone: by which names is not in the log. */
  readonly #askForScopes = new Set<ServiceId>();

  constructor(plan: SuggestPlan, endpoints: EndpointNames, windowMs: number) {
    this.#endpoints = endpoints;
    this.peak = new PeakUse(windowMs);
    this.#own = sourced(plan.saved.row.rulesJson, OWN_RULE);
    this.#ofScopes = plan.saved.scopes.map(({ name, serviceId, rulesJson }) => ({
      name,
      serviceId,
      rules: sourced(rulesJson, name),
    }));
  }

  add(logged: LoggedRequest, service: string, row: ReplayRow): void {
    const { serviceId, method, path, code, atMs } = logged;
    this.count += 1;
    if (code === 'VALID') this.peak.add(atMs, logged.cost);
    if (method === null || path === null) {
      this.#askForScopes.add(serviceId);
      return;
    }
    const spoken = this.#spokenOf(logged, row);
    if (spoken.by !== null) this.#used.add(spoken.by);
    else if (code === 'INSUFFICIENT_SCOPE' && spoken.isReadable) {
      this.toAdd.add({ serviceId, service, method, path, endpoint: spoken.endpoint, atMs });
    }
  }

  unused(): Pick<ReplaySuggestions, 'unusedRules' | 'unusedScopes'> {
    const isUnused = (one: SourcedRule): boolean => one.effect === 'allow' && !this.#used.has(one);
    const unusedScopes = this.#ofScopes.filter(
      ({ serviceId, rules }) => rules.every(isUnused) && !this.#askForScopes.has(serviceId),
    );
    // Nothing is known of a key that was not used at all.
    if (this.count === 0) return { unusedRules: [], unusedScopes: [] };
    return {
      unusedRules: this.#own.flatMap((one, index) => (isUnused(one) ? [index] : [])),
      unusedScopes: unusedScopes.map(({ name }) => name),
    };
  }

  #spokenOf({ serviceId, method, path }: LoggedRequest, { methodId, pathId }: ReplayRow): Spoken {
    const name = pathId === 0 ? null : `${serviceId} ${String(methodId)} ${String(pathId)}`;
    const known = name === null ? undefined : this.#verdicts.get(name);
    if (known !== undefined) return known;
    const spoken = this.#decide(serviceId, method ?? '', path ?? '');
    if (this.#verdicts.size >= VERDICTS_MAX) this.#verdicts.clear();
    if (name !== null) this.#verdicts.set(name, spoken);
    return spoken;
  }

  #decide(serviceId: ServiceId, method: string, path: string): Spoken {
    const normalised = normalisePath(path);
    if (!normalised.ok || !isPathWhole(path)) return { by: null, isReadable: false, endpoint: null };
    const { rule } = decideRules(this.#setAt(serviceId), method, normalised);
    return { by: rule, isReadable: true, endpoint: this.#endpoints.find(serviceId, method, path) };
  }

  #setAt(serviceId: ServiceId): RuleSet {
    let set = this.#sets.get(serviceId);
    if (set === undefined) {
      const here = this.#ofScopes.filter((scope) => scope.serviceId === serviceId);
      set = compileRules([...here.flatMap(({ rules }) => rules), ...this.#own]);
      this.#sets.set(serviceId, set);
    }
    return set;
  }
}

interface Spoken {
  /** The rule that decides; null when none speaks of the request. */
  readonly by: SourcedRule | null;
  readonly isReadable: boolean;
  readonly endpoint: string | null;
}

const VERDICTS_MAX = 50_000;
const ruleList = z.array(ruleSchema);

function sourced(rulesJson: string, source: string): readonly SourcedRule[] {
  return ruleList.parse(JSON.parse(rulesJson)).map((rule: Rule) => ({ ...rule, source }));
}
