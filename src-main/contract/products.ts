import { z } from 'zod';
import { productId, serviceId, templateId, timestampMs } from './ids.ts';
import { displayName, noteText, serviceSlug } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';

/** Tiers of one product: as many as people compare. */
export const PRODUCT_TIERS_MAX = 5;
/** Endpoints that the page names for one tier; of more it tells how many. */
export const PRODUCT_ENDPOINTS_MAX = 500;

/** How much of a product a key gives: a template, under the name that people outside read. */
const tierFields = { templateId, name: displayName };

const tiers = z
  .array(z.strictObject(tierFields).readonly())
  .min(1, 'Add a tier: a template that says what its keys may.')
  .max(PRODUCT_TIERS_MAX)
  .refine(
    (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
    'Give each tier a name of its own.',
  )
  .refine(
    (all) => new Set(all.map((tier) => tier.templateId)).size === all.length,
    'Each template can be one tier only.',
  )
  .readonly();

const productTier = z
  .object({
    ...tierFields,
    name: z.string(),
    templateName: z.string(),
    /** Archived templates are not offered. */
    isOffered: z.boolean(),
    /** Endpoints of the service's catalogue that a key of it may call. */
    endpointCount: z.int(),
  })
  .readonly();

/** `draft`: nobody outside sees it. `empty`: published, but none of its tiers is offered, so nobody sees it either. */
const PRODUCT_STATES = ['draft', 'published', 'empty'] as const;

export const product = z
  .object({
    id: productId,
    serviceId,
    /** Last part of the address of its page. */
    slug: serviceSlug,
    name: z.string(),
    description: z.string(),
    /** In the order of the page. */
    tiers: z.array(productTier).readonly(),
    state: z.enum(PRODUCT_STATES),
    /** Of its page, whether anybody sees it or not. */
    pageUrl: z.string(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Product = z.infer<typeof product>;

const fields = {
  name: displayName,
  slug: serviceSlug,
  /** For people outside. */
  description: noteText,
  tiers,
};

const NOT_THERE = ['PRODUCT_NOT_FOUND'] as const;

export const productProcedures = {
  /** By name. */
  'products.list': query(
    'viewer',
    z.strictObject({ serviceId: serviceId.optional() }),
    z.object({ items: z.array(product).readonly() }),
    ['SERVICE_NOT_FOUND'],
  ),
  'products.get': query('viewer', z.strictObject({ productId }), product, [...NOT_THERE]),
  /** A draft of a service, until it is published. */
  'products.create': command(
    'admin',
    z.strictObject({ serviceId, ...fields, description: orAbsent(noteText, '') }),
    product,
    ['SERVICE_NOT_FOUND', 'TEMPLATE_NOT_FOUND', 'NAME_TAKEN', 'SLUG_TAKEN'],
  ),
  /** What is left out stays; `tiers` are replaced as a whole. With another slug the page has another address. */
  'products.update': command(
    'admin',
    z.strictObject({
      productId,
      name: fields.name.optional(),
      slug: fields.slug.optional(),
      description: fields.description.optional(),
      tiers: fields.tiers.optional(),
    }),
    product,
    [...NOT_THERE, 'TEMPLATE_NOT_FOUND', 'NAME_TAKEN', 'SLUG_TAKEN'],
  ),
  /** From here on everybody who reaches the service listener may read its page. WRONG_STATUS also while no tier is offered. */
  'products.publish': command('admin', z.strictObject({ productId }), product, [
    ...NOT_THERE,
    'WRONG_STATUS',
  ]),
  /** Its page is gone; requests that came by it stay as they are. */
  'products.unpublish': command('admin', z.strictObject({ productId }), product, [
    ...NOT_THERE,
    'WRONG_STATUS',
  ]),
  /** Keys and requests that came of it stay as they are. */
  'products.delete': command('admin', z.strictObject({ productId }), z.object({ deleted: z.literal(true) }), [
    ...NOT_THERE,
  ]),
} as const;
