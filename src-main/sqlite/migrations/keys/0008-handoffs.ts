/** Handoffs: deliveries of one secret to one recipient, with what happened to them. */
export const sql = `
CREATE TABLE handoffs (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES keys (id),
  secret_version INTEGER NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('link', 'sealed_file', 'clipboard')),
  -- 1 = nobody on our side has seen the secret.
  is_blind INTEGER NOT NULL CHECK (is_blind IN (0, 1)),
  state TEXT NOT NULL
    CHECK (state IN ('prepared', 'opened', 'revealed', 'confirmed', 'expired', 'withdrawn', 'locked_out')),
  recipient_name TEXT NOT NULL,
  recipient_contact TEXT NOT NULL,
  -- Shown to the recipient.
  message TEXT NOT NULL,
  -- Shown to ourselves only.
  note TEXT NOT NULL,
  created_by_kind TEXT NOT NULL,
  created_by_id TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  -- NULL: nothing that can expire, as with a copy for a vault.
  expires_at_ms INTEGER,
  on_expiry TEXT NOT NULL CHECK (on_expiry IN ('keep', 'withdraw_secret')),
  opened_at_ms INTEGER,
  revealed_at_ms INTEGER,
  -- First use, expiry, withdrawal or lock-out.
  ended_at_ms INTEGER,
  wrong_codes INTEGER NOT NULL,
  -- What somebody should look at, until it is settled.
  attention TEXT CHECK (attention IN ('unused', 'unopened', 'locked_out')),
  is_reminded INTEGER NOT NULL CHECK (is_reminded IN (0, 1)),
  replaced_by TEXT REFERENCES handoffs (id),
  -- Keyed hash of the token in the link; the token is nowhere.
  token_hash BLOB UNIQUE
) STRICT, WITHOUT ROWID;

CREATE INDEX handoffs_by_key ON handoffs (key_id, created_at_ms DESC);

CREATE INDEX handoffs_by_time ON handoffs (created_at_ms DESC, id DESC);

-- The few that something can still happen to: what the timer and every first use look through.
CREATE INDEX handoffs_open ON handoffs (state) WHERE state IN ('prepared', 'opened', 'revealed');

CREATE INDEX handoffs_attention ON handoffs (attention) WHERE attention IS NOT NULL;

-- The encrypted secret, apart from its handoff so that it can be deleted whole. Its key is made of the link's token, the
-- code and the pepper, none of which is in this file.
CREATE TABLE handoff_contents (
  handoff_id TEXT PRIMARY KEY REFERENCES handoffs (id),
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE handoff_events (
  id INTEGER PRIMARY KEY,
  handoff_id TEXT NOT NULL REFERENCES handoffs (id),
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  -- Who of us; NULL for a recipient and for Latchkey itself.
  actor_name TEXT,
  address TEXT,
  agent TEXT,
  detail TEXT
) STRICT;

CREATE INDEX handoff_events_by_handoff ON handoff_events (handoff_id, id);
`;
