import type { Output } from '#contract/contract.ts';
import type { AccessRequestDetail, WantedEndpoint } from '#contract/access-requests.ts';
import type { ScopeId } from '#contract/ids.ts';
import type { Rule, Scope } from '#contract/scopes.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { allowsEndpoint } from '#main/domain/endpoint-rules.ts';
import { compileRules, OWN_RULE, type RuleSet, type SourcedRule } from '#main/domain/path-rules.ts';

type Asked = Pick<WantedEndpoint, 'serviceId' | 'method' | 'path'>;

/** For each wanted endpoint whether it is in the catalogue and which scopes allow it by themselves. */
export function judgeEndpoints(
  { db }: UseCaseContext,
  wanted: readonly WantedEndpoint[],
): AccessRequestDetail['judged'] {
  const catalogue = new Set(db.endpoints.list(null).flatMap((endpoint) => namesOf(endpoint)));
  const scopes = db.scopes.list(null).map((scope) => ({ scope, rules: compiled([scope]) }));
  return wanted.map((endpoint) => ({
    ...endpoint,
    isInCatalogue: catalogue.has(nameOf(endpoint)),
    scopes: scopes
      .filter(({ scope, rules }) => isOfService(scope, endpoint) && allowsEndpoint(rules, endpoint))
      .map(({ scope: { id, name } }) => ({ id, name })),
  }));
}

/** The fewest scopes that allow what scopes can, one after the other by how much each adds; of equals the one that is first. */
export function suggestScopes(judged: AccessRequestDetail['judged']): readonly ScopeId[] {
  const open = new Set(judged.filter(({ scopes }) => scopes.length > 0));
  const chosen: ScopeId[] = [];
  while (open.size > 0) {
    const gains = new Map<ScopeId, number>();
    for (const { scopes } of open) for (const { id } of scopes) gains.set(id, (gains.get(id) ?? 0) + 1);
    const [best] = [...gains].reduce((one, other) => (other[1] > one[1] ? other : one));
    chosen.push(best);
    for (const endpoint of open) if (endpoint.scopes.some(({ id }) => id === best)) open.delete(endpoint);
  }
  return chosen;
}

/** Endpoints of the catalogue named beyond what was asked for. */
const BEYOND_NAMED_MAX = 20;

/** What a key with these scopes could call: what of the wanted is missing, and what nobody asked for. */
export function previewScopes(
  { db }: UseCaseContext,
  wanted: readonly WantedEndpoint[],
  scopes: readonly Scope[],
): Output<'accessRequests.preview'> {
  const services = new Map(db.services.list().map(({ id, name }) => [id, name]));
  const ofService = new Map(
    [...services.keys()].map((id) => [id, compiled(scopes.filter(({ serviceId }) => serviceId === id))]),
  );
  const isAllowed = (endpoint: Asked): boolean =>
    [...ofService].some(
      ([id, rules]) =>
        (endpoint.serviceId === null || endpoint.serviceId === id) && allowsEndpoint(rules, endpoint),
    );
  const asked = new Set(wanted.map(nameOf));
  const beyond = db.endpoints
    .list(null)
    .filter((endpoint) => isAllowed(endpoint) && !namesOf(endpoint).some((name) => asked.has(name)));
  return {
    uncovered: wanted.flatMap((endpoint, place) => (isAllowed(endpoint) ? [] : [place])),
    beyond: beyond.slice(0, BEYOND_NAMED_MAX).map(({ serviceId, method, path }) => ({
      serviceName: services.get(serviceId) ?? '',
      endpoint: `${method} ${path}`,
    })),
    beyondCount: beyond.length,
  };
}

function compiled(scopes: readonly Scope[]): RuleSet {
  return compileRules(sourced(scopes));
}

function sourced(scopes: readonly Scope[]): readonly SourcedRule[] {
  return scopes.flatMap(({ name, rules }) => rules.map((rule) => ({ ...rule, source: name })));
}

function isOfService({ serviceId }: Scope, endpoint: Asked): boolean {
  return endpoint.serviceId === null || endpoint.serviceId === serviceId;
}

function nameOf({ serviceId, method, path }: Asked): string {
  return `${serviceId ?? ''} ${method} ${path}`;
}

/** As it is named where its service is known, and where it is not. */
function namesOf({ serviceId, method, path }: Endpoint): readonly string[] {
  return [nameOf({ serviceId, method, path }), nameOf({ serviceId: null, method, path })];
}

/** How many of the wanted endpoints a key with this policy may call already. */
export function countCovered(
  { db }: UseCaseContext,
  wanted: readonly WantedEndpoint[],
  policy: { readonly scopeIds: readonly ScopeId[]; readonly rules: readonly Rule[] },
): number {
  const scopes = policy.scopeIds.flatMap((id) => db.scopes.get(id) ?? []);
  const own = policy.rules.map((rule) => ({ ...rule, source: OWN_RULE }));
  const services = db.services.list().map(({ id }) => id);
  const ofService = new Map(
    services.map((id) => [
      id,
      compileRules([...own, ...sourced(scopes.filter(({ serviceId }) => serviceId === id))]),
    ]),
  );
  return wanted.filter((endpoint) =>
    [...ofService].some(
      ([id, rules]) =>
        (endpoint.serviceId === null || endpoint.serviceId === id) && allowsEndpoint(rules, endpoint),
    ),
  ).length;
}
