import { z } from 'zod';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { endpointsText } from '#main/domain/endpoints-text.ts';
import { publicAddress } from '#main/handoffs/public-address.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import type { AccessRequestPageEnd, StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { listTemplates } from '#main/templates/get-template.ts';
import { createAccessThreadQueries } from '#main/sqlite/access-thread-queries.ts';
import { loadAccessRequest, SIMILAR_MAX, viewAccessRequest } from './access-request-view.ts';
import { freeSlug } from '#main/partners/free-slug.ts';
import { countCovered, judgeEndpoints, previewScopes, suggestScopes } from './judge-endpoints.ts';
import { inputProblem } from './refuse-key-text.ts';

/** Makes accessRequests.list: one page, newest first. Throws INVALID_INPUT for a cursor that is not ours. */
export function createListAccessRequests(serviceUrl: () => string) {
  return (
    context: UseCaseContext,
    input: HandlerInput<'accessRequests.list'>,
  ): Output<'accessRequests.list'> => {
    const { accessRequests } = context.db;
    const rows = accessRequests.page(input.filter, { ...endOf(input.cursor), limit: input.limit + 1 });
    const page = rows.slice(0, input.limit);
    const last = page.at(-1);
    const address = publicAddress(readSettings(context.db).publicUrl);
    return {
      items: page.map((row) => viewAccessRequest(context, row)),
      nextCursor:
        rows.length > page.length && last !== undefined ? `${String(last.createdAtMs)}.${last.id}` : null,
      total: accessRequests.count(input.filter),
      open: accessRequests.countOpen(),
      all: accessRequests.count({}),
      pageUrl: `${address.kind === 'open' ? address.url : serviceUrl()}/request-access`,
    };
  };
}

/** One request with what helps to decide it. Throws ACCESS_REQUEST_NOT_FOUND. */
export function getAccessRequest(
  context: UseCaseContext,
  { accessRequestId }: HandlerInput<'accessRequests.get'>,
): AccessRequestDetail {
  const stored = loadAccessRequest(context, accessRequestId);
  const judged = judgeEndpoints(context, stored.endpoints);
  const applications = applicationsLike(context, stored);
  const thread = createAccessThreadQueries(context.db.handle);
  return {
    ...viewAccessRequest(context, stored),
    judged,
    suggestedScopeIds: [...suggestScopes(judged)],
    tierTemplate: tierTemplate(context, stored),
    similar: context.db.accessRequests.similar(stored, SIMILAR_MAX).map((other) => ({
      id: other.id,
      reference: other.reference,
      application: other.application,
      contactEmail: other.contactEmail,
      state: other.state,
      createdAt: other.createdAtMs,
      same: sameThings(stored, other),
    })),
    thread: thread.list(stored.id).map(({ author, text, at }) => ({ author, text, at })),
    merged: [...thread.mergedInto(stored.id)],
    existingKeys: existingKeys(context, stored, applications),
    applications: applications.map(({ id, name, partnerId, partnerName, contactEmail }) => ({
      id,
      name,
      partnerId,
      partnerName,
      hasSameContact: isSame(contactEmail, stored.contactEmail),
    })),
    suggestedSlug: freeSlug(context, stored.application),
  };
}

function tierTemplate(context: UseCaseContext, { product }: StoredAccessRequest): Template | null {
  if (product === null) return null;
  const { items } = listTemplates(context, { includeArchived: false });
  return items.find(({ id }) => id === product.templateId) ?? null;
}

/** What a key with some scopes could call. Throws ACCESS_REQUEST_NOT_FOUND, SCOPE_NOT_FOUND. */
export function previewAccess(
  context: UseCaseContext,
  { accessRequestId, scopeIds }: HandlerInput<'accessRequests.preview'>,
): Output<'accessRequests.preview'> {
  const { endpoints } = loadAccessRequest(context, accessRequestId);
  const scopes = scopeIds.map((id) => {
    const scope = context.db.scopes.get(id);
    if (scope !== null) return scope;
    throw new AppError('SCOPE_NOT_FOUND', 'One of these scopes is not there any more. Choose again.');
  });
  return previewScopes(context, endpoints, scopes);
}

/** Keys of one request that are looked at. */
const KEYS_MAX = 20;
const APPLICATIONS_MAX = 10;

function applicationsLike({ db }: UseCaseContext, request: StoredAccessRequest): readonly Application[] {
  const named = request.keyId === null ? null : db.keys.get(request.keyId);
  return db.applications
    .list(null)
    .filter(
      ({ id, name, contactEmail }) =>
        isSame(name, request.application) ||
        isSame(contactEmail, request.contactEmail) ||
        id === named?.applicationId,
    )
    .slice(0, APPLICATIONS_MAX);
}

function existingKeys(
  context: UseCaseContext,
  request: StoredAccessRequest,
  applications: readonly Application[],
): AccessRequestDetail['existingKeys'] {
  const { db } = context;
  db.lastUsed.sync();
  return applications
    .flatMap(({ id, name, partnerName }) =>
      db.applications
        .keysOf({ applicationId: id, partnerId: null }, KEYS_MAX)
        .filter(({ isRevoked }) => isRevoked === 0)
        .map((held) => ({ held, application: { id, name, partnerName } })),
    )
    .slice(0, KEYS_MAX)
    .map(({ held, application }) => {
      const key = viewKey(context, loadKey(context, held.id));
      const uses = key.secrets.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
      return {
        keyId: key.keyId,
        name: key.name,
        environment: key.environment,
        status: key.status,
        applicationId: application.id,
        applicationName: application.name,
        partnerName: application.partnerName,
        lastUsedAt: uses.length === 0 ? null : timestampMs.parse(Math.max(...uses)),
        coveredCount: countCovered(context, request.endpoints, key),
      };
    });
}

function sameThings(
  one: StoredAccessRequest,
  other: StoredAccessRequest,
): AccessRequestDetail['similar'][number]['same'] {
  return [
    ...(isSame(one.application, other.application) ? (['application'] as const) : []),
    ...(isSame(one.contactEmail, other.contactEmail) ? (['contact'] as const) : []),
    ...(one.endpoints.length > 0 && endpointsText(one.endpoints) === endpointsText(other.endpoints)
      ? (['endpoints'] as const)
      : []),
  ];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const END = z.tuple([z.coerce.number<string>().int().min(0), z.string().regex(/^acr_[0-9A-Za-z]{16}$/)]);

function endOf(cursor: string | undefined): AccessRequestPageEnd {
  if (cursor === undefined) return { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
  const parsed = END.safeParse(cursor.split('.'));
  if (!parsed.success) throw inputProblem('cursor', 'This cursor does not belong to this list.');
  const [beforeMs, beforeId] = parsed.data;
  return { beforeMs: must(beforeMs, 'a cursor has a time'), beforeId };
}
