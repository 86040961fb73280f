/** API products: what of a service people outside may ask for. */
export const sql = `
CREATE TABLE products (
  id TEXT PRIMARY KEY,
  service_id TEXT NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  -- Read by people outside, as the names are.
  description TEXT NOT NULL,
  is_published INTEGER NOT NULL CHECK (is_published IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX products_by_service ON products (service_id);

CREATE TABLE product_tiers (
  product_id TEXT NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  template_id TEXT NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
  -- Its place on the page.
  place INTEGER NOT NULL CHECK (place >= 0),
  name TEXT NOT NULL,
  PRIMARY KEY (product_id, template_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX product_tiers_by_template ON product_tiers (template_id);

-- JSON: the product and tier that a request came by, as they were called then. No reference: either may be deleted first.
ALTER TABLE access_requests ADD COLUMN product TEXT CHECK (product IS NULL OR json_valid(product));
`;
