import { timestampMs, type ServiceId } from '#contract/ids.ts';
import type { ReplaySuggestions, SuggestedRule } from '#contract/replay.ts';
import { METHODS, PATTERN_CHARACTERS_MAX, type Method } from '#contract/http-methods.ts';
import { isNameOfOne } from '#main/domain/name-of-one.ts';
import { parsePattern } from '#main/domain/path-rules.ts';

/** A request that no rule spoke of. */
export interface Unspoken {
  readonly serviceId: ServiceId;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** Path of the endpoint that it went to; null when the catalogue has none. */
  readonly endpoint: string | null;
  readonly atMs: number;
}

interface Gathered {
  readonly path: string;
  readonly service: string;
  readonly isInCatalogue: boolean;
  readonly methods: Set<Method>;
  count: number;
  lastMs: number;
}

/** Distinct paths that are gathered; more are noise, such as a scanner makes. */
const PATHS_MAX = 2_000;
const LISTED_MAX = 100;

/** Gathers what was refused for lack of a rule into the rules that would allow it. */
export class RulesToAdd {
  readonly #paths = new Map<string, Gathered>();

  add({ serviceId, service, method, path, endpoint, atMs }: Unspoken): void {
    const known = METHODS.find((one) => one === method);
    const pattern = endpoint ?? patternOf(path);
    if (known === undefined || pattern === null) return;
    const name = `${serviceId} ${pattern}`;
    let gathered = this.#paths.get(name);
    if (gathered === undefined) {
      if (this.#paths.size >= PATHS_MAX) return;
      const isInCatalogue = endpoint !== null;
      gathered = { path: pattern, service, isInCatalogue, methods: new Set(), count: 0, lastMs: 0 };
      this.#paths.set(name, gathered);
    }
    gathered.methods.add(known);
    gathered.count += 1;
    gathered.lastMs = Math.max(gathered.lastMs, atMs);
  }

  /** Most requests first. */
  rules(): ReplaySuggestions['toAdd'] {
    return [...this.#paths.values()]
      .sort((a, b) => b.count - a.count || b.lastMs - a.lastMs)
      .slice(0, LISTED_MAX)
      .map(({ path, service, isInCatalogue, methods, count, lastMs }): SuggestedRule => ({
        rule: { effect: 'allow', methods: METHODS.filter((method) => methods.has(method)), path },
        count,
        lastAt: timestampMs.parse(lastMs),
        service,
        isInCatalogue,
      }));
  }
}

/** The path with a wildcard in place of what names one thing among many; null when no pattern can say it. */
export function patternOf(path: string): string | null {
  const pattern = path
    .split('/')
    .map((segment) => (isNameOfOne(segment) ? '*' : segment))
    .join('/');
  if (pattern.length > PATTERN_CHARACTERS_MAX) return null;
  return parsePattern(pattern).ok ? pattern : null;
}
