import type { RequestDays } from './request-days.ts';
import { dayOfRow } from './requests-day-tables.ts';
import type { RowIdRange } from './row-conditions.ts';

/** How a key was used in one way, and how often it was allowed. */
export interface HabitRow {
  readonly principalId: number;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** The rule that decided; null when none did. */
  readonly rule: string | null;
  readonly allowed: number;
}

// Hygiene: each distinct use of a key in a stretch of one day. Texts are looked up once a distinct use, not once a row. 0 is VALID,
// principals below 16 are no keys.
const HABITS = (day: string) => `
  SELECT
    d.principalId AS principalId,
    IFNULL(address.text, d.clientIp) AS clientIp,
    agent.text AS userAgent,
    rule.text AS rule,
    d.allowed AS allowed
  FROM (
    SELECT
      principal_id AS principalId,
      client_ip_id AS addressId,
      client_ip AS clientIp,
      user_agent_id AS agentId,
      rule_id AS ruleId,
      SUM(code = 0) AS allowed
    FROM requests_${day}
    WHERE id >= ? AND id < ? AND principal_id >= 16
    GROUP BY principal_id, client_ip_id, client_ip, user_agent_id, rule_id
  ) d
  LEFT JOIN texts address ON address.id = d.addressId
  LEFT JOIN texts agent ON agent.id = d.agentId
  LEFT JOIN texts rule ON rule.id = d.ruleId`;

/** Distinct uses of keys in a stretch of one day; a day without a table has none. */
export function habitsIn(days: RequestDays, { fromId, toId }: RowIdRange): readonly HabitRow[] {
  const day = dayOfRow(fromId);
  return days.has(day) ? [...days.each<HabitRow>(day, HABITS, [fromId, toId])] : [];
}
