/** Templates, and the ones that every store begins with. */
export const sql = `
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

ALTER TABLE keys ADD COLUMN template_id TEXT REFERENCES templates (id);

CREATE INDEX keys_by_template ON keys (template_id, id) WHERE template_id IS NOT NULL;

-- One for each tier of partners, on the plan of that name, which allow nothing until scopes are added; and three that work as
-- they are. Ids and time are the same in every store, as those of the plans. 7, 30, 90 and 365 days in ms.
INSERT INTO templates (
  id, name, description, environment, policy, tags, expires_in_ms, is_for_issuers, is_archived, created_at_ms, updated_at_ms
)
SELECT
  shipped.column1, shipped.column2, shipped.column3, shipped.column4,
  json_object(
    'scopeIds', json('[]'),
    'rules', json(shipped.column5),
    'planId', (SELECT p.id FROM plans p WHERE p.name = shipped.column6),
    'rateLimit', json(shipped.column7),
    'rateLimits', json('[]'),
    'quota', NULL,
    'ipAllow', json('[]'),
    'originAllow', json('[]'),
    'userAgentAllow', json('[]'),
    'serviceAllow', json('[]'),
    'timeAllow', json('[]'),
    'bindingMode', 'enforce',
    'rotateEveryMs', NULL
  ),
  shipped.column8, shipped.column9, 0, 0, 1795305600000, 1795305600000
FROM (
  VALUES
    ('tpl_0000external0000', 'external', 'Partners outside. Add the scopes that they may have.',
      NULL, '[]', 'external', 'null', '[]', 7776000000),
    ('tpl_0000federal00000', 'federal', 'Federal users. Add the scopes that they may have.',
      NULL, '[]', 'federal', 'null', '[]', 31536000000),
    ('tpl_0000firstparty00', 'first_party', 'Our own applications. Add the scopes that they may have.',
      NULL, '[]', 'first_party', 'null', '[]', 31536000000),
    ('tpl_0000readonly0000', 'Read-only data feed', 'Reads everything and changes nothing.',
      NULL, '[{"effect":"allow","methods":["GET","HEAD"],"path":"/**"}]', 'external', 'null', '["read-only"]', 7776000000),
    ('tpl_0000cikey0000000', 'CI key', 'For builds: everything in the test environment, for a week.',
      'test', '[{"effect":"allow","methods":["*"],"path":"/**"}]', NULL, '{"limit":600,"windowMs":60000}', '["ci"]', 604800000),
    ('tpl_0000sandbox00000', 'Sandbox', 'To try things out: everything in the test environment, slowly, for a month.',
      'test', '[{"effect":"allow","methods":["*"],"path":"/**"}]', NULL, '{"limit":60,"windowMs":60000}', '["sandbox"]', 2592000000)
) AS shipped;
`;
