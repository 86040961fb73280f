import type { HandlerInput } from '#contract/contract.ts';
import { endpointId } from '#contract/ids.ts';
import type { Endpoint, ImportResult } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from '#main/platform/random.ts';
import { readEndpointLines } from './endpoint-lines.ts';
import { serviceNotFound } from './get-service.ts';
import type { ImportRoute, ReadRoutes } from './import-route.ts';
import { readOpenapiRoutes } from './openapi-routes.ts';
import { readOpenapiText } from './openapi-text.ts';

type ImportInput = HandlerInput<'endpoints.import'>;

/** What an import would write. Endpoints that the source no longer has are left as they are. */
export interface ImportPlan {
  readonly added: readonly Endpoint[];
  readonly updated: readonly Endpoint[];
  readonly result: ImportResult;
}

/** Reads the source of an import. Looks at no store. Throws IMPORT_UNREADABLE. */
export function readImport(input: ImportInput): ReadRoutes {
  if (input.lines !== undefined) return readEndpointLines(input.lines);
  if (typeof input.openapi !== 'string') return readOpenapiRoutes(input.openapi ?? {}, () => null);
  const text = readOpenapiText(input.openapi);
  return readOpenapiRoutes(text.document, text.lineOfPath, text.problems);
}

/** Compares what was read with the catalogue. Throws SERVICE_NOT_FOUND. */
export function planImport(context: UseCaseContext, input: ImportInput, read: ReadRoutes): ImportPlan {
  const { endpoints, services } = context.db;
  if (services.findName(input.serviceId) === null) throw serviceNotFound();
  const known = new Map(
    endpoints.list(input.serviceId).map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]),
  );
  const source: Endpoint['source'] = input.lines === undefined ? 'openapi' : 'manual';
  const added: Endpoint[] = [];
  const updated: Endpoint[] = [];
  for (const route of read.routes) {
    const before = known.get(`${route.method} ${route.path}`);
    const fields: ImportedFields =
      before === undefined ? { ...route, source } : importedFields(before, route, source);
    if (before === undefined) {
      added.push({
        ...fields,
        id: endpointId.parse(`end_${randomBase62(16, randomBytes)}`),
        serviceId: input.serviceId,
        createdAt: context.nowMs,
        updatedAt: context.nowMs,
      });
    } else if (!isSame(before, fields)) {
      updated.push({ ...before, ...fields, updatedAt: context.nowMs });
    }
  }
  const unchanged = read.routes.length - added.length - updated.length;
  return {
    added,
    updated,
    result: { added: added.length, updated: updated.length, unchanged, problems: read.problems },
  };
}

type ImportedFields = Pick<Endpoint, 'method' | 'path' | 'group' | 'summary' | 'source'>;

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
