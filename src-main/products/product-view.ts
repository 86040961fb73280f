import type { ProductId } from '#contract/ids.ts';
import type { Product } from '#contract/products.ts';
import type { Endpoint } from '#contract/services.ts';
import type { Template } from '#contract/templates.ts';
import { offeredTiers } from '#main/access-requests/asked-product.ts';
import type { UseCaseContext } from '#main/context.ts';
import { allowsEndpoint } from '#main/domain/endpoint-rules.ts';
import { compileRules, OWN_RULE } from '#main/domain/path-rules.ts';
import { publicAddress } from '#main/handoffs/public-address.ts';
import { AppError } from '#main/platform/app-error.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { createProductQueries, type StoredProduct } from '#main/sqlite/product-queries.ts';

/** A product as stored. Throws PRODUCT_NOT_FOUND. */
export function loadProduct({ db }: UseCaseContext, id: ProductId): StoredProduct {
  const stored = createProductQueries(db.handle).get(id);
  if (stored !== null) return stored;
  throw new AppError(
    'PRODUCT_NOT_FOUND',
    'There is no product with this id. Look it up in the products of its service.',
  );
}

/** A product as callers see it. `serviceUrl` is where its page is for those on this machine. */
export function viewProduct(
  context: UseCaseContext,
  { isPublished, tiers, ...stored }: StoredProduct,
  serviceUrl: () => string,
): Product {
  const { db } = context;
  const catalogue = db.endpoints.list(stored.serviceId);
  const offered = new Set(
    offeredTiers(context, { isPublished, tiers, ...stored }).map(({ template }) => template.id),
  );
  const address = publicAddress(readSettings(db).publicUrl);
  return {
    ...stored,
    tiers: tiers.map(({ templateId, name }) => {
      const template = db.templates.get(templateId);
      return {
        ...{ templateId, name },
        templateName: template?.name ?? '',
        isOffered: offered.has(templateId),
        endpointCount: template === null ? 0 : callableEndpoints(context, template, catalogue).length,
      };
    }),
    state: isPublished ? (offered.size === 0 ? 'empty' : 'published') : 'draft',
    pageUrl: `${address.kind === 'open' ? address.url : serviceUrl()}/products/${stored.slug}`,
  };
}

/** Endpoints of one service's catalogue that a key of the template may call, in the order of the catalogue. */
export function callableEndpoints(
  { db }: Pick<UseCaseContext, 'db'>,
  { scopeIds, rules, serviceAllow }: Template,
  catalogue: readonly Endpoint[],
): readonly Endpoint[] {
  const serviceId = catalogue[0]?.serviceId;
  if (serviceId === undefined || (serviceAllow.length > 0 && !serviceAllow.includes(serviceId))) return [];
  const ofScopes = scopeIds
    .flatMap((id) => db.scopes.get(id) ?? [])
    .filter((scope) => scope.serviceId === serviceId)
    .flatMap((scope) => scope.rules.map((rule) => ({ ...rule, source: scope.name })));
  const compiled = compileRules([...ofScopes, ...rules.map((rule) => ({ ...rule, source: OWN_RULE }))]);
  return catalogue.filter((endpoint) => allowsEndpoint(compiled, endpoint));
}
