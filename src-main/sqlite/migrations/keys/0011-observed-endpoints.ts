/** Endpoints of the catalogue can come from paths of the request log. */
export const sql = `
CREATE TABLE endpoints_with_observed (
  id TEXT PRIMARY KEY,
  service_id TEXT NOT NULL REFERENCES services (id),
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  group_name TEXT NOT NULL,
  summary TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('manual', 'openapi', 'observed')),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (service_id, method, path)
) STRICT, WITHOUT ROWID;

INSERT INTO endpoints_with_observed (
  id, service_id, method, path, group_name, summary, source, created_at_ms, updated_at_ms
)
SELECT id, service_id, method, path, group_name, summary, source, created_at_ms, updated_at_ms
FROM endpoints;

DROP TABLE endpoints;

ALTER TABLE endpoints_with_observed RENAME TO endpoints;
`;
