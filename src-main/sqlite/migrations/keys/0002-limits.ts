/** keys.db, version 2: several rate limits at once, quotas with a calendar of their own, and three plans to begin with. */
export const sql = `
-- Named rate limits: [{ "name", "limit", "windowMs", "by", "isSoft" }].
ALTER TABLE plans ADD COLUMN rate_limits TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rate_limits));
ALTER TABLE keys ADD COLUMN rate_limits TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rate_limits));

-- Quotas of before count each key for itself, in UTC.
UPDATE plans
SET quota = json_set(quota, '$.timeZone', 'UTC', '$.resetDay', 1, '$.isSoft', json('false'), '$.by', 'key')
WHERE quota IS NOT NULL;
UPDATE keys
SET quota = json_set(quota, '$.timeZone', 'UTC', '$.resetDay', 1, '$.isSoft', json('false'), '$.by', 'key')
WHERE quota IS NOT NULL;

-- Partners outside: ten requests a second on average, and what a month of one request every ten seconds is.
-- Federal users: twice the rate and four times the month. Our own applications: fast, and never cut off by a calendar.
-- Ids and time are the same in every store: 22 November 2026 is when these plans were laid down.
INSERT INTO plans (id, name, rate_limit, rate_limits, quota, created_at_ms, updated_at_ms)
SELECT shipped.column1, shipped.column2, shipped.column3, '[]', shipped.column4, 1795305600000, 1795305600000
FROM (
  VALUES
    ('pln_0000external0000', 'external', '{"limit":600,"windowMs":60000}',
      '{"limit":250000,"period":"month","timeZone":"UTC","resetDay":1,"isSoft":false,"by":"key"}'),
    ('pln_0000federal00000', 'federal', '{"limit":1200,"windowMs":60000}',
      '{"limit":1000000,"period":"month","timeZone":"UTC","resetDay":1,"isSoft":false,"by":"key"}'),
    ('pln_0000firstparty00', 'first_party', '{"limit":6000,"windowMs":60000}', NULL)
) AS shipped
WHERE NOT EXISTS (SELECT 1 FROM plans p WHERE p.name = shipped.column2);
`;
