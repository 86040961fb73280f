import type { AskedProduct } from '#contract/access-requests.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { createProductQueries, type StoredProduct } from '#main/sqlite/product-queries.ts';

/** A tier that people outside may ask for, with the template of its keys. */
export interface OfferedTier {
  readonly name: string;
  readonly template: Template;
}

/** What the form says of the product that a link to it names. */
export interface FormProduct {
  readonly slug: string;
  readonly name: string;
  readonly serviceName: string;
  /** Names, in the order of the page. */
  readonly tiers: readonly string[];
  /** One of them: that of the link, else the first. */
  readonly tier: string;
  /** Where keys of that tier live; null: whoever asks chooses. */
  readonly environment: Template['environment'];
}

/** The tiers of a product that are offered: their templates are not archived. In the order of the page. */
export function offeredTiers(
  { db }: Pick<UseCaseContext, 'db'>,
  product: StoredProduct,
): readonly OfferedTier[] {
  return product.tiers.flatMap(({ name, templateId }) => {
    const template = db.templates.get(templateId);
    return template === null || template.isArchived ? [] : [{ name, template }];
  });
}

/** A product that everybody may know of, with its tiers; null for a draft and where nothing is offered. */
export function publishedProduct(
  context: Pick<UseCaseContext, 'db'>,
  slug: string,
): { readonly product: StoredProduct; readonly tiers: readonly OfferedTier[] } | null {
  const product = createProductQueries(context.db.handle).findBySlug(slug);
  if (product === null || !product.isPublished) return null;
  const tiers = offeredTiers(context, product);
  return tiers.length === 0 ? null : { product, tiers };
}

/** The product of a link or of a form that was sent; null when it names none that is offered. */
export function formProduct(context: UseCaseContext, fields: URLSearchParams): FormProduct | null {
  const found = publishedProduct(context, fields.get('product') ?? '');
  const first = found?.tiers[0];
  if (found === null || first === undefined) return null;
  const { product, tiers } = found;
  const chosen = tiers.find(({ name }) => name === fields.get('tier')) ?? first;
  return {
    slug: product.slug,
    name: product.name,
    serviceName: context.db.services.findName(product.serviceId) ?? '',
    tiers: tiers.map(({ name }) => name),
    tier: chosen.name,
    environment: chosen.template.environment,
  };
}

/** What a form asks for of a product. */
export type ReadProduct =
  | { readonly kind: 'none' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'asked'; readonly product: AskedProduct; readonly environment: Template['environment'] };

/** Reads it; `gone`: the product or its tier is not offered any more. */
export function readProduct(context: UseCaseContext, fields: URLSearchParams): ReadProduct {
  const slug = fields.get('product') ?? '';
  if (slug === '') return { kind: 'none' };
  const found = publishedProduct(context, slug);
  const tier = found?.tiers.find(({ name }) => name === fields.get('tier'));
  if (found === null || tier === undefined) return { kind: 'gone' };
  const { id: productId, name, serviceId } = found.product;
  const { id: templateId, environment } = tier.template;
  return { kind: 'asked', product: { productId, name, serviceId, templateId, tier: tier.name }, environment };
}
