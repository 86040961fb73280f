import type { HandlerInput } from '#contract/contract.ts';
import { productId, type ProductId } from '#contract/ids.ts';
import type { Product } from '#contract/products.ts';
import { refuseKeyText } from '#main/access-requests/refuse-key-text.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { getService } from '#main/services/get-service.ts';
import { createProductQueries, type StoredProduct } from '#main/sqlite/product-queries.ts';
import { getTemplate } from '#main/templates/get-template.ts';
import { loadProduct, viewProduct } from './product-view.ts';

const FIELDS = ['name', 'slug', 'description', 'tiers'] as const;

/** Makes products.create: a draft. Throws SERVICE_NOT_FOUND, TEMPLATE_NOT_FOUND, NAME_TAKEN, SLUG_TAKEN, and INVALID_INPUT for a text
 *  that holds a key. */
export function createCreateProduct(serviceUrl: () => string) {
  return (context: UseCaseContext, input: HandlerInput<'products.create'>): Product =>
    context.command(() => {
      getService(context, input);
      const stored: StoredProduct = {
        ...input,
        id: productId.parse(`prd_${randomBase62(16, randomBytes)}`),
        isPublished: false,
        createdAt: context.nowMs,
        updatedAt: context.nowMs,
      };
      check(context, stored, null);
      createProductQueries(context.db.handle).put(stored);
      return {
        value: viewProduct(context, stored, serviceUrl),
        audit: {
          action: 'products.create',
          subject: { kind: 'product', id: stored.id, name: stored.name },
          after: input,
        },
        changed: ['products'],
      };
    });
}

/** Makes products.update: see the contract. Throws PRODUCT_NOT_FOUND and what products.create throws. */
export function createUpdateProduct(serviceUrl: () => string) {
  return (context: UseCaseContext, input: HandlerInput<'products.update'>): Product =>
    context.command(() => {
      const { productId: id, ...changes } = input;
      const before = loadProduct(context, id);
      const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
      check(context, after, id);
      createProductQueries(context.db.handle).put(after);
      return {
        value: viewProduct(context, after, serviceUrl),
        audit: {
          action: 'products.update',
          subject: { kind: 'product', id, name: after.name },
          ...changedFields(before, after, FIELDS),
        },
        changed: ['products'],
      };
    });
}

/** `own` is the id of the product that is changed; null for a new one. */
function check(context: UseCaseContext, product: StoredProduct, own: ProductId | null): void {
  const products = createProductQueries(context.db.handle);
  for (const field of ['name', 'description'] as const) refuseKeyText(field, product[field]);
  for (const [place, { name, templateId }] of product.tiers.entries()) {
    refuseKeyText(`tiers.${String(place)}.name`, name);
    getTemplate(context, { templateId });
  }
  const namesake = products.findByName(product.name);
  if (namesake !== null && namesake !== own) throw nameTaken('a product', product.name);
  const holder = products.findBySlug(product.slug);
  if (holder === null || holder.id === own) return;
  const message = `The page of the product “${holder.name}” has this address. Choose another.`;
  throw new AppError('SLUG_TAKEN', message, [{ path: 'slug', message }]);
}
