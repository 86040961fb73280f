import { WANTED_ENDPOINTS_MAX, type WantedEndpoint } from '#contract/access-requests.ts';
import { METHODS, PATTERN_CHARACTERS_MAX, type Method } from '#contract/http-methods.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { isAskToken, type RefusedEndpoint } from '#main/domain/ask-token.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { fitsTemplate } from '#main/domain/path-template.ts';
import { readEndpointLines } from '#main/services/endpoint-lines.ts';

/** The endpoints of a form: ticked, typed, and the one that was refused. */
export type WantedFinder = (
  fields: URLSearchParams,
) =>
  | { readonly ok: true; readonly endpoints: readonly WantedEndpoint[] }
  | { readonly ok: false; readonly problem: string };

/** Makes a finder over the catalogue as it is now. `showsCatalogue`: may this caller tick endpoints? `isOptional`: need none be named? */
export function createWantedFinder(
  context: UseCaseContext,
  { showsCatalogue, isOptional }: { readonly showsCatalogue: boolean; readonly isOptional: boolean },
): WantedFinder {
  return (fields) => {
    const typed = readEndpointLines(fields.get('other')?.slice(0, 8_000) ?? '');
    const [problem] = typed.problems;
    if (problem !== undefined) {
      const where = problem.line === null ? '' : `Line ${String(problem.line)}: `;
      return { ok: false, problem: `${where}${problem.message}` };
    }
    const refused = fields.get('wants') === 'refused' ? refusedEndpoint(context, fields) : null;
    const names = new Map(context.db.services.list().map(({ id, name }) => [id, name]));
    const only = names.size === 1 ? [...names.keys()][0] : undefined;
    const endpoints: WantedEndpoint[] = [
      ...(refused === null ? [] : [refused]),
      ...(showsCatalogue ? ticked(context, fields, names) : []),
      ...typed.routes.map(({ method, path }) => ({
        serviceId: only ?? null,
        serviceName: only === undefined ? '' : (names.get(only) ?? ''),
        method,
        path,
        isRefused: false,
      })),
    ];
    const wanted = [
      ...new Map(endpoints.toReversed().map((one) => [nameOf(one), one])).values(),
    ].toReversed();
    if (wanted.length === 0 && !isOptional) {
      return {
        ok: false,
        problem: 'Name at least one endpoint: a method and a path, for example GET /inventory/{id}.',
      };
    }
    return wanted.length > WANTED_ENDPOINTS_MAX
      ? {
          ok: false,
          problem: `Name at most ${String(WANTED_ENDPOINTS_MAX)} endpoints; ask for the rest later.`,
        }
      : { ok: true, endpoints: wanted };
  };
}

/** What the link of a refusal says by itself; null for a link that was not made here, is too old, or names what cannot be asked for. */
export function refusedEndpoint(context: UseCaseContext, fields: URLSearchParams): WantedEndpoint | null {
  const refused: RefusedEndpoint = {
    service: fields.get('service') ?? '',
    method: fields.get('method') ?? '',
    path: fields.get('path') ?? '',
  };
  const { askMac } = context.keyring;
  if (!isAskToken(askMac, refused, fields.get('ask') ?? '', context.nowMs)) return null;
  const method = METHODS.find((one) => one === refused.method);
  const service = context.db.services.list().find(({ slug }) => slug === refused.service);
  if (method === undefined || service === undefined) return null;
  const path = askablePath(context.db.endpoints.list(service.id), method, refused.path);
  return path === null
    ? null
    : { serviceId: service.id, serviceName: service.name, method, path, isRefused: true };
}

/** The template that the catalogue has for a path, else the path itself; null for one that no rule could allow. */
function askablePath(catalogue: readonly Endpoint[], method: Method, path: string): string | null {
  const template = catalogue.find((one) => one.method === method && fitsTemplate(one.path)(path));
  if (template !== undefined) return template.path;
  const isPlain = normalisePath(path).ok && !/[*{}?]/.test(path) && path.length <= PATTERN_CHARACTERS_MAX;
  return isPlain ? path : null;
}

function ticked(
  context: UseCaseContext,
  fields: URLSearchParams,
  names: ReadonlyMap<Endpoint['serviceId'], string>,
): readonly WantedEndpoint[] {
  const ids = new Set(fields.getAll('endpoint').slice(0, WANTED_ENDPOINTS_MAX + 1));
  if (ids.size === 0) return [];
  return context.db.endpoints
    .list(null)
    .filter(({ id }) => ids.has(id))
    .map(({ serviceId, method, path }) => ({
      ...{ serviceId, method, path },
      serviceName: names.get(serviceId) ?? '',
      isRefused: false,
    }));
}

function nameOf({ serviceId, method, path }: WantedEndpoint): string {
  return `${serviceId ?? ''} ${method} ${path}`;
}
