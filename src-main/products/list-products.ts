import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Product } from '#contract/products.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getService } from '#main/services/get-service.ts';
import { createProductQueries } from '#main/sqlite/product-queries.ts';
import { loadProduct, viewProduct } from './product-view.ts';

/** Makes products.list: by name. Throws SERVICE_NOT_FOUND. */
export function createListProducts(serviceUrl: () => string) {
  return (context: UseCaseContext, input: HandlerInput<'products.list'>): Output<'products.list'> => {
    const { serviceId } = input;
    if (serviceId !== undefined) getService(context, { serviceId });
    const stored = createProductQueries(context.db.handle).list(serviceId ?? null);
    return { items: stored.map((one) => viewProduct(context, one, serviceUrl)) };
  };
}

/** Makes products.get. Throws PRODUCT_NOT_FOUND. */
export function createGetProduct(serviceUrl: () => string) {
  return (context: UseCaseContext, { productId }: HandlerInput<'products.get'>): Product =>
    viewProduct(context, loadProduct(context, productId), serviceUrl);
}
