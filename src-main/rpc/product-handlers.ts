import { createGetProduct, createListProducts } from '#main/products/list-products.ts';
import { createPublishProduct, deleteProduct } from '#main/products/publish-product.ts';
import { createCreateProduct, createUpdateProduct } from '#main/products/save-product.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

/** What answers the procedures on API products. */
export function createProductHandlers({ serviceUrl }: Pick<HandlerServices, 'serviceUrl'>) {
  return {
    'products.list': createListProducts(serviceUrl),
    'products.get': createGetProduct(serviceUrl),
    'products.create': createCreateProduct(serviceUrl),
    'products.update': createUpdateProduct(serviceUrl),
    'products.publish': createPublishProduct(true, serviceUrl),
    'products.unpublish': createPublishProduct(false, serviceUrl),
    'products.delete': deleteProduct,
  } satisfies Partial<Handlers>;
}
