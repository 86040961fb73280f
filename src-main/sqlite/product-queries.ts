import type { ProductId, ServiceId, TemplateId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A tier as stored. */
export interface StoredTier {
  readonly templateId: TemplateId;
  /** As people outside read it. */
  readonly name: string;
}

/** A product as stored. */
export interface StoredProduct {
  readonly id: ProductId;
  readonly serviceId: ServiceId;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly isPublished: boolean;
  readonly createdAt: TimestampMs;
  readonly updatedAt: TimestampMs;
  /** In the order of the page. */
  readonly tiers: readonly StoredTier[];
}

type Row = Omit<StoredProduct, 'tiers' | 'isPublished'> & { readonly isPublished: 0 | 1 };

const COLUMNS = `
  p.id AS id,
  p.service_id AS serviceId,
  p.slug AS slug,
  p.name AS name,
  p.description AS description,
  p.is_published AS isPublished,
  p.created_at_ms AS createdAt,
  p.updated_at_ms AS updatedAt`;

// products.get and every command on a product; primary key.
const GET = `SELECT ${COLUMNS} FROM products p WHERE p.id = @id`;

// The public page and the form of an access request; unique index of slug.
const FIND_BY_SLUG = `SELECT ${COLUMNS} FROM products p WHERE p.slug = @slug`;

// products.create and products.update; unique index of name.
const FIND_BY_NAME = `SELECT p.id AS id FROM products p WHERE p.name = @name`;

// products.list and the public list; a scan of a small table.
const LIST = `
  SELECT ${COLUMNS}
  FROM products p
  WHERE @serviceId IS NULL OR p.service_id = @serviceId
  ORDER BY p.name, p.id`;

// With each product; primary key of the tiers.
const TIERS = `
  SELECT t.template_id AS templateId, t.name AS name
  FROM product_tiers t
  WHERE t.product_id = @id
  ORDER BY t.place`;

// templates.delete; index product_tiers_by_template.
const NAMES_BY_TEMPLATE = `
  SELECT p.name AS name
  FROM product_tiers t
  JOIN products p ON p.id = t.product_id
  WHERE t.template_id = @templateId
  ORDER BY p.name`;

// products.create, products.update, products.publish and products.unpublish; primary key.
const PUT = `
  INSERT INTO products (id, service_id, slug, name, description, is_published, created_at_ms, updated_at_ms)
  VALUES (@id, @serviceId, @slug, @name, @description, @isPublished, @createdAt, @updatedAt)
  ON CONFLICT (id) DO UPDATE
  SET slug = excluded.slug, name = excluded.name, description = excluded.description,
    is_published = excluded.is_published, updated_at_ms = excluded.updated_at_ms`;

// With PUT; primary key.
const DELETE_TIERS = `DELETE FROM product_tiers WHERE product_id = @id`;
const ADD_TIER = `
  INSERT INTO product_tiers (product_id, template_id, place, name)
  VALUES (@id, @templateId, @place, @name)`;

// products.delete; primary key, its tiers go with it.
const DELETE = `DELETE FROM products WHERE id = @id`;

/** Prepares the statements on products. */
export function createProductQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: ProductId }, Row>(GET);
  const findBySlug = handle.prepare<{ slug: string }, Row>(FIND_BY_SLUG);
  const findByName = handle.prepare<{ name: string }, { id: ProductId }>(FIND_BY_NAME);
  const list = handle.prepare<{ serviceId: ServiceId | null }, Row>(LIST);
  const tiers = handle.prepare<{ id: ProductId }, StoredTier>(TIERS);
  const namesByTemplate = handle.prepare<{ templateId: TemplateId }, { name: string }>(NAMES_BY_TEMPLATE);
  const put = handle.prepare<Row>(PUT);
  const deleteTiers = handle.prepare<{ id: ProductId }>(DELETE_TIERS);
  const addTier = handle.prepare<StoredTier & { readonly id: ProductId; readonly place: number }>(ADD_TIER);
  const remove = handle.prepare<{ id: ProductId }>(DELETE);
  const whole = (row: Row): StoredProduct => ({
    ...row,
    isPublished: row.isPublished === 1,
    tiers: tiers.all({ id: row.id }),
  });
  const one = (row: Row | undefined): StoredProduct | null => (row === undefined ? null : whole(row));
  return {
    get: (id: ProductId): StoredProduct | null => one(get.get({ id })),
    findBySlug: (slug: string): StoredProduct | null => one(findBySlug.get({ slug })),
    findByName: (name: string): ProductId | null => findByName.get({ name })?.id ?? null,
    /** By name, ascending; of one service or all. */
    list: (serviceId: ServiceId | null): readonly StoredProduct[] => list.all({ serviceId }).map(whole),
    /** Names of the products that have this template as a tier, ascending. */
    namesByTemplate: (templateId: TemplateId): readonly string[] =>
      namesByTemplate.all({ templateId }).map(({ name }) => name),
    /** Adds the product, or replaces all of it but its service and when it was made. */
    put: ({ tiers: wanted, ...product }: StoredProduct): void => {
      put.run({ ...product, isPublished: product.isPublished ? 1 : 0 });
      deleteTiers.run({ id: product.id });
      for (const [place, { templateId, name }] of wanted.entries()) {
        addTier.run({ id: product.id, templateId, name, place });
      }
    },
    delete: (id: ProductId): void => void remove.run({ id }),
  };
}
