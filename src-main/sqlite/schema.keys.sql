-- Written by keys-database.test.ts from the migrated database. Do not edit.

CREATE TABLE store (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE partners (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  tier TEXT NOT NULL,
  contact_name TEXT,
  contact_email TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
, recipient_key TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  partner_id TEXT NOT NULL REFERENCES partners (id),
  name TEXT NOT NULL COLLATE NOCASE,
  slug TEXT NOT NULL UNIQUE,
  contact_email TEXT NOT NULL,
  note TEXT NOT NULL,
  external_id TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (partner_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  base_url TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
, verify_per_second_max INTEGER, keep_live_seconds INTEGER NOT NULL DEFAULT 0 CHECK (keep_live_seconds BETWEEN 0 AND 60), keep_test_seconds INTEGER NOT NULL DEFAULT 0 CHECK (keep_test_seconds BETWEEN 0 AND 60), asked_from TEXT NOT NULL DEFAULT '[]') STRICT, WITHOUT ROWID;

CREATE TABLE service_tokens (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  service_id TEXT NOT NULL REFERENCES services (id),
  hint TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ends_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX service_tokens_by_service ON service_tokens (service_id);

CREATE TABLE scopes (
  id TEXT PRIMARY KEY,
  service_id TEXT NOT NULL REFERENCES services (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (service_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  quota TEXT CHECK (quota IS NULL OR json_valid(quota)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
, rate_limits TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rate_limits))) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id),
  name TEXT NOT NULL COLLATE NOCASE,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  plan_id TEXT REFERENCES plans (id),
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  quota TEXT CHECK (quota IS NULL OR json_valid(quota)),
  expires_at_ms INTEGER,
  no_expiry_reason TEXT,
  ip_allow TEXT NOT NULL CHECK (json_valid(ip_allow)),
  origin_allow TEXT NOT NULL CHECK (json_valid(origin_allow)),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  meta TEXT NOT NULL CHECK (json_valid(meta)),
  note TEXT NOT NULL,
  external_id TEXT,
  suspended_at_ms INTEGER,
  suspend_reason TEXT,
  suspend_message TEXT,
  revoked_at_ms INTEGER,
  revoke_reason TEXT,
  revoke_note TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
, rate_limits TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rate_limits)), user_agent_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(user_agent_allow)), service_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(service_allow)), time_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(time_allow)), binding_mode TEXT NOT NULL DEFAULT 'enforce' CHECK (binding_mode IN ('enforce', 'observe')), rotate_every_ms INTEGER CHECK (rotate_every_ms > 0), template_id TEXT REFERENCES templates (id), parent_id TEXT REFERENCES keys (id), child_rate_limit TEXT CHECK (child_rate_limit IS NULL OR json_valid(child_rate_limit)), is_suspended_with_parent INTEGER NOT NULL DEFAULT 0
  CHECK (is_suspended_with_parent IN (0, 1)), is_revoked_with_parent INTEGER NOT NULL DEFAULT 0
  CHECK (is_revoked_with_parent IN (0, 1)), text_slug TEXT, expiry_grace_ms INTEGER CHECK (expiry_grace_ms BETWEEN 1 AND 30 * 86400000), ends_at_ms INTEGER GENERATED ALWAYS AS (expires_at_ms + COALESCE(expiry_grace_ms, 0)) VIRTUAL, signed_by TEXT CHECK (signed_by IS NULL OR json_valid(signed_by))) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_application ON keys (application_id);

CREATE INDEX keys_by_name ON keys (name, id);

CREATE INDEX keys_by_created ON keys (created_at_ms, id);

CREATE INDEX keys_by_expiry ON keys (expires_at_ms, id);

CREATE TABLE key_scopes (
  key_id TEXT NOT NULL REFERENCES keys (id),
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  PRIMARY KEY (key_id, scope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_scopes_by_scope ON key_scopes (scope_id);

CREATE TABLE secrets (
  key_id TEXT NOT NULL REFERENCES keys (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  last4 TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ends_at_ms INTEGER, is_imported INTEGER NOT NULL DEFAULT 0 CHECK (is_imported IN (0, 1)), origin_hash BLOB CHECK (origin_hash IS NULL OR length(origin_hash) = 32), idle_end_ms INTEGER CHECK (idle_end_ms > 0), idle_not_before_ms INTEGER, brownout_from_ms INTEGER, brownout_every_ms INTEGER CHECK (brownout_every_ms > 0), brownout_length_ms INTEGER CHECK (brownout_length_ms > 0),
  PRIMARY KEY (key_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE admin_tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'issuer', 'viewer')),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  hint TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  at_ms INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  before TEXT CHECK (before IS NULL OR json_valid(before)),
  after TEXT CHECK (after IS NULL OR json_valid(after)),
  reason TEXT,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_events_by_subject ON audit_events (subject_kind, subject_id, seq);

CREATE TABLE command_repeats (
  procedure TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  input_hash BLOB NOT NULL CHECK (length(input_hash) = 32),
  reply TEXT NOT NULL CHECK (json_valid(reply)),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (procedure, actor_id, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX command_repeats_by_time ON command_repeats (at_ms);

CREATE TABLE key_shapes (
  prefix TEXT NOT NULL,
  length_min INTEGER NOT NULL,
  length_max INTEGER NOT NULL,
  alphabet TEXT NOT NULL,
  hash_kind TEXT NOT NULL CHECK (hash_kind IN ('hmac', 'sha256')),
  PRIMARY KEY (prefix, length_min, length_max, alphabet, hash_kind)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX secrets_origin_hash ON secrets (origin_hash) WHERE origin_hash IS NOT NULL;

CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  screen TEXT NOT NULL CHECK (screen IN ('keys', 'requests')),
  name TEXT NOT NULL COLLATE NOCASE,
  -- Search part of an address; it never holds the text of a key.
  search TEXT NOT NULL,
  columns TEXT CHECK (columns IS NULL OR json_valid(columns)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (screen, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX secrets_idle_end ON secrets (ends_at_ms) WHERE idle_end_ms IS NOT NULL;

CREATE INDEX keys_rotate_every ON keys (rotate_every_ms) WHERE rotate_every_ms IS NOT NULL;

CREATE TABLE templates (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  description TEXT NOT NULL,
  environment TEXT CHECK (environment IN ('live', 'test')),
  -- What its keys take over, by the names of the contract: scopeIds, rules, planId, limits and bindings.
  policy TEXT NOT NULL CHECK (json_valid(policy)),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  expires_in_ms INTEGER,
  is_for_issuers INTEGER NOT NULL CHECK (is_for_issuers IN (0, 1)),
  is_archived INTEGER NOT NULL CHECK (is_archived IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_template ON keys (template_id, id) WHERE template_id IS NOT NULL;

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

CREATE INDEX handoffs_open ON handoffs (state) WHERE state IN ('prepared', 'opened', 'revealed');

CREATE INDEX handoffs_attention ON handoffs (attention) WHERE attention IS NOT NULL;

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

CREATE INDEX keys_by_parent ON keys (parent_id, id) WHERE parent_id IS NOT NULL;

CREATE TABLE key_denials (
  key_id TEXT NOT NULL REFERENCES keys (id),
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  PRIMARY KEY (key_id, scope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_denials_by_scope ON key_denials (scope_id);

CREATE TABLE enrolment_tokens (
  id TEXT PRIMARY KEY,
  parent_id TEXT NOT NULL REFERENCES keys (id),
  name TEXT NOT NULL COLLATE NOCASE,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  hint TEXT NOT NULL,
  -- What its children may hold of the parent's: ids of scopes, and the rules of the parent's own.
  scope_ids TEXT NOT NULL CHECK (json_valid(scope_ids)),
  has_own_rules INTEGER NOT NULL CHECK (has_own_rules IN (0, 1)),
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  child_life_ms_max INTEGER NOT NULL CHECK (child_life_ms_max > 0),
  children_max INTEGER NOT NULL CHECK (children_max > 0),
  minted_count INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  expires_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL
, needs_contact INTEGER NOT NULL DEFAULT 0 CHECK (needs_contact IN (0, 1))) STRICT, WITHOUT ROWID;

CREATE INDEX enrolment_tokens_by_parent ON enrolment_tokens (parent_id, created_at_ms);

CREATE TABLE enrolments (
  key_id TEXT PRIMARY KEY,
  parent_id TEXT NOT NULL,
  token_id TEXT NOT NULL,
  -- The caller's own; NULL when it sent none.
  request_id TEXT,
  name TEXT NOT NULL,
  version TEXT,
  commit_hash TEXT,
  build TEXT,
  device TEXT,
  developer TEXT,
  scope_ids TEXT NOT NULL CHECK (json_valid(scope_ids)),
  has_own_rules INTEGER NOT NULL CHECK (has_own_rules IN (0, 1)),
  -- Of the child itself; its key ends earlier when the parent does.
  ends_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER, contact_name TEXT NOT NULL DEFAULT '', contact_email TEXT NOT NULL DEFAULT '',
  UNIQUE (token_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolments_by_parent ON enrolments (parent_id, created_at_ms DESC, key_id);

CREATE INDEX enrolments_to_remove ON enrolments (ends_at_ms) WHERE removed_at_ms IS NULL;

CREATE TABLE "endpoints" (
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

CREATE TABLE access_terms (
  version INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE leaks (
  id TEXT PRIMARY KEY,
  -- No reference: an incident outlives its key.
  key_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  -- NULL: only the public part was seen.
  secret_version INTEGER CHECK (secret_version > 0),
  place TEXT NOT NULL,
  found_at_ms INTEGER NOT NULL,
  found_by TEXT NOT NULL,
  notified_at_ms INTEGER,
  notified_by TEXT,
  replaced_by TEXT,
  closed_at_ms INTEGER,
  closed_by TEXT,
  closed_note TEXT,
  CHECK ((closed_at_ms IS NULL) = (closed_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX leaks_by_time ON leaks (found_at_ms DESC, id DESC);

CREATE INDEX leaks_by_key ON leaks (key_id, found_at_ms DESC);

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

CREATE TABLE letters (
  delivery_id TEXT PRIMARY KEY REFERENCES notice_deliveries (id),
  -- Two letters with the same one are the same: it is sent once. NULL: may be sent again.
  once_key TEXT UNIQUE,
  subject TEXT NOT NULL,
  -- The text, encrypted: it may hold a code or a link. NULL once it was sent, and when it is too old to be sent.
  sealed BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE rotation_consents (
  -- A key, or a template whose keys follow it.
  owner_id TEXT PRIMARY KEY,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  overlap_ms INTEGER NOT NULL CHECK (overlap_ms >= 0),
  link_ms INTEGER NOT NULL CHECK (link_ms > 0),
  tries_max INTEGER NOT NULL CHECK (tries_max >= 1),
  consented_by TEXT NOT NULL,
  consented_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rotation_runs (
  key_id TEXT PRIMARY KEY REFERENCES keys (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'again', 'given_up')),
  -- The secret that is to be replaced.
  base_version INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  handoff_id TEXT REFERENCES handoffs (id),
  next_at_ms INTEGER,
  is_reminded INTEGER NOT NULL CHECK (is_reminded IN (0, 1)),
  problem TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE handoff_codes (
  handoff_id TEXT PRIMARY KEY REFERENCES handoffs (id),
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE partner_digests (
  partner_id TEXT PRIMARY KEY REFERENCES partners (id) ON DELETE CASCADE,
  -- 1 = Monday to 7 = Sunday, and the hour, by the clock on the wall of time_zone.
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
  time_zone TEXT NOT NULL,
  next_at_ms INTEGER NOT NULL,
  last_sent_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_digests_by_next ON partner_digests (next_at_ms);

CREATE TABLE owner_contacts (
  -- A partner or an application.
  owner_id TEXT NOT NULL,
  -- 0 = the first, whose address stands in the owner's own row: only its role and name are here.
  place INTEGER NOT NULL CHECK (place >= 0),
  role TEXT NOT NULL CHECK (role IN ('technical', 'owner', 'billing')),
  name TEXT,
  email TEXT NOT NULL,
  PRIMARY KEY (owner_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE owner_networks (
  owner_id TEXT NOT NULL,
  network TEXT NOT NULL,
  PRIMARY KEY (owner_id, network)
) STRICT, WITHOUT ROWID;

CREATE TABLE "access_requests" (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  -- Keyed hashes: of the token in the address of the applicant's own page, and of the form that was sent, so that a form that
  -- is sent twice is one request. Neither text is kept.
  status_hash BLOB NOT NULL UNIQUE,
  form_hash BLOB NOT NULL UNIQUE,
  -- asked: it waits for the applicant. merged: another request says the same.
  state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'approved', 'rejected', 'merged')),
  created_at_ms INTEGER NOT NULL,
  application TEXT NOT NULL,
  team TEXT NOT NULL,
  contact_email TEXT NOT NULL,
  purpose TEXT NOT NULL,
  repository TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  requests_per_day INTEGER NOT NULL,
  -- The key that wants more; as the applicant typed it, so it may be none.
  key_id TEXT,
  -- JSON: a list of wanted endpoints, and a short hash of it; NULL in requests from before it.
  endpoints TEXT NOT NULL,
  endpoints_hash TEXT,
  terms_version INTEGER,
  address TEXT,
  contact_confirmed_at_ms INTEGER,
  -- Keyed hash of the code that the contact was told.
  contact_code_hash BLOB,
  contact_tries INTEGER NOT NULL,
  decided_at_ms INTEGER,
  decided_by TEXT,
  is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)),
  answer TEXT NOT NULL,
  granted_key_id TEXT,
  -- Keyed hash of the token in the link that brought the newest question to the contact: it leads to the same page.
  question_hash BLOB UNIQUE,
  -- No reference: the other one may be forgotten first.
  merged_into TEXT, product TEXT CHECK (product IS NULL OR json_valid(product)),
  CHECK ((state = 'merged') = (merged_into IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX access_requests_by_time ON access_requests (created_at_ms DESC, id DESC);

CREATE INDEX access_requests_undecided ON access_requests (state) WHERE state IN ('open', 'asked');

CREATE INDEX access_requests_by_application ON access_requests (lower(application));

CREATE INDEX access_requests_by_contact ON access_requests (lower(contact_email));

CREATE INDEX access_requests_by_endpoints ON access_requests (endpoints_hash);

CREATE INDEX access_requests_merged ON access_requests (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE access_messages (
  request_id TEXT NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
  place INTEGER NOT NULL CHECK (place >= 0),
  -- Who asked; NULL: the applicant answers.
  author TEXT,
  text TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (request_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_with_grace ON keys (expires_at_ms, id) WHERE expiry_grace_ms IS NOT NULL;

CREATE TABLE token_exchanges (
  service_id TEXT PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  life_ms INTEGER NOT NULL CHECK (life_ms > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  -- The public part as it is published.
  public_key TEXT NOT NULL CHECK (json_valid(public_key)),
  -- The private part, encrypted.
  sealed BLOB NOT NULL,
  -- It signs from here until a later one starts …
  starts_at_ms INTEGER NOT NULL,
  -- … and is published until the last token that it signed has ended; NULL: nothing has replaced it.
  ends_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sharing_dismissals (
  key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
  -- JSON: the evidence then. Other evidence is shown again.
  mark TEXT NOT NULL CHECK (json_valid(mark)),
  reason TEXT NOT NULL,
  dismissed_by TEXT NOT NULL,
  dismissed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE peppers (
  -- 1 is made of the master secret; it is here only when it was dropped.
  version INTEGER PRIMARY KEY CHECK (version >= 1),
  -- Tells the pepper from another one; of the first the master secret's own does.
  fingerprint TEXT,
  made_at_ms INTEGER NOT NULL,
  -- From then on what is kept under it is not found. NULL = accepted.
  dropped_at_ms INTEGER
) STRICT;

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

CREATE TABLE blocked_sources (
  id TEXT PRIMARY KEY,
  -- In its one canonical writing: 203.0.113.9, 198.51.100.0/24, 2001:db8::/32.
  network TEXT NOT NULL UNIQUE,
  reason TEXT NOT NULL,
  -- The incident that it belongs to.
  leak_id TEXT REFERENCES leaks (id) ON DELETE SET NULL,
  added_at_ms INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  -- From then on it is let in again; NULL = it stays.
  expires_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE idle_warnings (
  key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
  -- Since then nobody has used the key, as far as is known, and the rule that was counted by.
  quiet_since_ms INTEGER NOT NULL,
  idle_days INTEGER NOT NULL CHECK (idle_days > 0),
  suspends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purged_keys (
  id TEXT PRIMARY KEY,
  revoked_at_ms INTEGER NOT NULL,
  revoke_reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_revoked ON keys (revoked_at_ms, id) WHERE revoked_at_ms IS NOT NULL;
