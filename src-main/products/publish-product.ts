import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Product } from '#contract/products.ts';
import { offeredTiers } from '#main/access-requests/asked-product.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { createProductQueries } from '#main/sqlite/product-queries.ts';
import { loadProduct, viewProduct } from './product-view.ts';

/** Makes products.publish (`isPublished` true) and products.unpublish. Throws PRODUCT_NOT_FOUND, and WRONG_STATUS where it is so
 *  already or has no tier to offer. */
export function createPublishProduct(isPublished: boolean, serviceUrl: () => string) {
  return (context: UseCaseContext, { productId }: HandlerInput<'products.publish'>): Product =>
    context.command(() => {
      const before = loadProduct(context, productId);
      if (before.isPublished === isPublished) {
        throw wrongStatus(
          isPublished ? 'This product is published already.' : 'This product is not published.',
        );
      }
      if (isPublished && offeredTiers(context, before).length === 0) {
        throw wrongStatus(
          'None of its tiers is offered: their templates are archived or gone. Add a tier first.',
        );
      }
      const after = { ...before, isPublished, updatedAt: context.nowMs };
      createProductQueries(context.db.handle).put(after);
      return {
        value: viewProduct(context, after, serviceUrl),
        audit: {
          action: isPublished ? 'products.publish' : 'products.unpublish',
          subject: { kind: 'product', id: productId, name: after.name },
          before: pickFields(before, ['isPublished']),
          after: pickFields(after, ['isPublished', 'slug']),
        },
        changed: ['products'],
      };
    });
}

/** Removes a product. Keys and requests that came of it stay as they are. Throws PRODUCT_NOT_FOUND. */
export function deleteProduct(
  context: UseCaseContext,
  { productId }: HandlerInput<'products.delete'>,
): Output<'products.delete'> {
  return context.command(() => {
    const product = loadProduct(context, productId);
    createProductQueries(context.db.handle).delete(productId);
    return {
      value: { deleted: true },
      audit: {
        action: 'products.delete',
        subject: { kind: 'product', id: productId, name: product.name },
        before: pickFields(product, ['name', 'slug', 'description', 'serviceId', 'tiers', 'isPublished']),
      },
      changed: ['products'],
    };
  });
}

function wrongStatus(message: string): AppError {
  return new AppError('WRONG_STATUS', message);
}
