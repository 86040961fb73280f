import type { ServiceId } from '#contract/ids.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { parsePattern } from '#main/domain/path-rules.ts';
import { RuleTree } from '#main/domain/rule-tree.ts';
import type { CatalogueEndpoint } from '#main/requests/replay-plan.ts';

/** Tells which endpoint of the catalogue a request went to. */
export class EndpointNames {
  readonly #trees = new Map<ServiceId, RuleTree<string>>();

  /** Endpoints whose path cannot be read match nothing. Those with fewer wildcards go first. */
  constructor(catalogue: readonly CatalogueEndpoint[]) {
    const specific = [...catalogue].sort((a, b) => wildcards(a.path) - wildcards(b.path));
    for (const { serviceId, method, path } of specific) {
      const parsed = parsePattern(path);
      if (!parsed.ok) continue;
      let tree = this.#trees.get(serviceId);
      if (tree === undefined) this.#trees.set(serviceId, (tree = new RuleTree<string>()));
      tree.add(parsed.pattern, new Set([method]), path);
    }
  }

  /** Path of the endpoint as the catalogue has it; null when it has none that fits. */
  find(serviceId: ServiceId, method: string, path: string): string | null {
    const tree = this.#trees.get(serviceId);
    const normalised = tree === undefined ? null : normalisePath(path);
    if (tree === undefined || normalised?.ok !== true) return null;
    return tree.find(method, normalised.segments);
  }
}

function wildcards(path: string): number {
  return path.split('/').filter((segment) => /[*{]/.test(segment)).length;
}
