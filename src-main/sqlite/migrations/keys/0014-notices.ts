/** What is told outside of the app: where to, what was told, and how its deliveries went. */
export const sql = `
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  -- Scheme, host and port.
  origin TEXT NOT NULL,
  -- Address and signing secret, encrypted: paths of addresses are secrets themselves at some receivers.
  sealed BLOB NOT NULL,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  kinds TEXT NOT NULL CHECK (json_valid(kinds)),
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  -- Two notices with the same one are the same: it is told once.
  once_key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data))
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_by_time ON notices (at_ms);

CREATE TABLE notice_deliveries (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL CHECK (channel IN ('webhook', 'mail', 'desktop')),
  webhook_id TEXT REFERENCES webhooks (id),
  -- Of a mail; NULL otherwise.
  address TEXT,
  -- NULL: a test.
  kind TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_attempt_at_ms INTEGER,
  next_attempt_at_ms INTEGER,
  problem TEXT,
  is_replay INTEGER NOT NULL CHECK (is_replay IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_deliveries_by_time ON notice_deliveries (created_at_ms DESC, id DESC);

CREATE INDEX notice_deliveries_due ON notice_deliveries (next_attempt_at_ms) WHERE state = 'waiting';

CREATE INDEX notice_deliveries_by_webhook ON notice_deliveries (webhook_id) WHERE webhook_id IS NOT NULL;

CREATE TABLE notice_delivery_items (
  delivery_id TEXT NOT NULL REFERENCES notice_deliveries (id),
  notice_id TEXT NOT NULL REFERENCES notices (id),
  PRIMARY KEY (delivery_id, notice_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_delivery_items_by_notice ON notice_delivery_items (notice_id);

CREATE INDEX secrets_ending ON secrets (ends_at_ms) WHERE ends_at_ms IS NOT NULL;
`;
