import type { HandlerInput } from '#contract/contract.ts';
import { CHANGES_NAMED_MAX, type ImportPreview, type ImportResult } from '#contract/endpoint-import.ts';
import { endpointId, type ServiceId } from '#contract/ids.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';
import { readEndpointLines } from './endpoint-lines.ts';
import { serviceNotFound } from './get-service.ts';
import type { ImportRoute, ReadRoutes } from './import-route.ts';
import { readOpenapiRoutes } from './openapi-routes.ts';
import { readOpenapiText } from './openapi-text.ts';

/** What is imported, and where it comes from. */
export interface ImportSource {
  readonly serviceId: ServiceId;
  readonly source: Endpoint['source'];
  readonly read: ReadRoutes;
}

/** What an import would write. */
export interface ImportPlan {
  readonly added: readonly Endpoint[];
  /** As they will be. */
  readonly updated: readonly Endpoint[];
  readonly updatedNames: ImportPreview['updatedEndpoints'];
  /** Came from a document and are not in this one: removed only where the person said so. */
  readonly missing: readonly Endpoint[];
  /** `removed` is 0. */
  readonly result: ImportResult;
}

/** Reads the source of an import. Looks at no store. Throws IMPORT_UNREADABLE. */
export function readImport(input: HandlerInput<'endpoints.preview'>): ImportSource {
  const { serviceId } = input;
  if (input.lines !== undefined) {
    return { serviceId, source: 'manual', read: readEndpointLines(input.lines) };
  }
  return { serviceId, source: 'openapi', read: readDocument(input.openapi ?? {}) };
}

function readDocument(openapi: NonNullable<HandlerInput<'endpoints.preview'>['openapi']>): ReadRoutes {
  if (typeof openapi !== 'string') return readOpenapiRoutes(openapi, () => null);
  const text = readOpenapiText(openapi);
  return readOpenapiRoutes(text.document, text.lineOfPath, text.problems);
}

/** Compares what was read with the catalogue. Throws SERVICE_NOT_FOUND. */
export function planImport(context: UseCaseContext, { serviceId, source, read }: ImportSource): ImportPlan {
  const { endpoints, services } = context.db;
  if (services.findName(serviceId) === null) throw serviceNotFound();
  const known = new Map(endpoints.list(serviceId).map((endpoint) => [nameOf(endpoint), endpoint]));
  const added: Endpoint[] = [];
  const updated: Endpoint[] = [];
  const updatedNames: ImportPreview['updatedEndpoints'][number][] = [];
  for (const route of read.routes) {
    const before = known.get(nameOf(route));
    if (before === undefined) {
      added.push(newEndpoint(context, serviceId, { ...route, source }));
      continue;
    }
    const fields = importedFields(before, route, source);
    if (isSame(before, fields)) continue;
    updated.push({ ...before, ...fields, updatedAt: context.nowMs });
    if (updatedNames.length < CHANGES_NAMED_MAX) {
      updatedNames.push({
        method: route.method,
        path: route.path,
        before: { group: before.group, summary: before.summary },
        after: { group: fields.group, summary: fields.summary },
      });
    }
  }
  const here = new Set(read.routes.map(nameOf));
  const missing =
    source === 'openapi'
      ? [...known.values()].filter((one) => one.source === 'openapi' && !here.has(nameOf(one)))
      : [];
  const unchanged = read.routes.length - added.length - updated.length;
  return {
    added,
    updated,
    updatedNames,
    missing,
    result: {
      added: added.length,
      updated: updated.length,
      unchanged,
      removed: 0,
      problems: read.problems,
    },
  };
}

type ImportedFields = Pick<Endpoint, 'method' | 'path' | 'group' | 'summary' | 'source'>;

function nameOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

function newEndpoint(context: UseCaseContext, serviceId: ServiceId, fields: ImportedFields): Endpoint {
  return {
    ...fields,
    id: endpointId.parse(`end_${randomBase62(16, randomBytes)}`),
    serviceId,
    createdAt: context.nowMs,
    updatedAt: context.nowMs,
  };
}

/** A pasted line says less than a document: it only adds a summary, where it has one. */
function importedFields(before: Endpoint, route: ImportRoute, source: Endpoint['source']): ImportedFields {
  if (source === 'openapi') return { ...route, source };
  return { ...before, summary: route.summary === '' ? before.summary : route.summary };
}

function isSame(before: Endpoint, fields: ImportedFields): boolean {
  return (
    before.group === fields.group && before.summary === fields.summary && before.source === fields.source
  );
}
