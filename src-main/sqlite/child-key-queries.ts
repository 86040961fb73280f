import type { KeyId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** Children of a key, by index keys_by_parent, or one key if it is a child, by primary key. */
const CHILDREN_OF = `k.parent_id = @id`;
const ITSELF = `k.id = @id AND k.parent_id IS NOT NULL`;

// Every write to a key, twice: for its children, and for itself as a child. What the child has of its parent is written over,
// whoever wrote it: so no child is ever wider than its parent, and nothing is asked at a verification.
const follow = (which: string) => `
  UPDATE keys AS k
  SET rules = CASE e.has_own_rules WHEN 1 THEN p.rules ELSE (
      SELECT json_group_array(json(r.value)) FROM json_each(p.rules) r WHERE r.value ->> 'effect' = 'deny') END,
    plan_id = p.plan_id, rate_limit = p.rate_limit, rate_limits = p.rate_limits, quota = p.quota,
    ip_allow = p.ip_allow, origin_allow = p.origin_allow, user_agent_allow = p.user_agent_allow,
    service_allow = p.service_allow, time_allow = p.time_allow, binding_mode = p.binding_mode,
    signed_by = p.signed_by,
    expires_at_ms = MIN(e.ends_at_ms, COALESCE(p.expires_at_ms, e.ends_at_ms)),
    expiry_grace_ms = CASE WHEN p.expires_at_ms < e.ends_at_ms
      THEN NULLIF(MIN(e.ends_at_ms, p.ends_at_ms) - p.expires_at_ms, 0) END,
    ${taken('suspended', ['suspended_at_ms', 'suspend_reason', 'suspend_message'])},
    ${taken('revoked', ['revoked_at_ms', 'revoke_reason', 'revoke_note'])}
  FROM keys p, enrolments e
  WHERE p.id = k.parent_id AND e.key_id = k.id AND ${which}`;

/** Columns of a state that a child has of its parent, unless it has it by itself. In an UPDATE every right side sees the row as it was. */
function taken(state: 'suspended' | 'revoked', columns: readonly string[]): string {
  const isOwn = `k.${state}_at_ms IS NOT NULL AND k.is_${state}_with_parent = 0`;
  const values = columns.map((name) => `${name} = CASE WHEN ${isOwn} THEN k.${name} ELSE p.${name} END`);
  const flag = `is_${state}_with_parent = CASE WHEN ${isOwn} THEN 0 ELSE p.${state}_at_ms IS NOT NULL END`;
  return [...values, flag].join(',\n    ');
}

// Every write to the scopes of a key, for its children and for itself as a child: they hold what both the parent and their
// enrolment have; what else the parent has denies them.
const clearScopes = (table: string, which: string) =>
  `DELETE FROM ${table} WHERE key_id IN (SELECT k.id FROM keys k WHERE ${which})`;
const followScopes = (table: string, which: string) => `
  INSERT INTO ${table} (key_id, scope_id)
  SELECT k.id, s.scope_id
  FROM keys k
  JOIN enrolments e ON e.key_id = k.id
  JOIN key_scopes s ON s.key_id = k.parent_id
  WHERE ${which}
    AND ${table === 'key_scopes' ? '' : 'NOT '}EXISTS (SELECT 1 FROM json_each(e.scope_ids) j WHERE j.value = s.scope_id)`;

// keys.setScopes, to leave most keys at that: index keys_by_parent, then primary key.
const HAS_KIN = `
  SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM keys k WHERE ${CHILDREN_OF})
    OR EXISTS (SELECT 1 FROM keys k WHERE ${ITSELF})`;

/** Prepares what keeps children like their parents. Only the statements that write keys call it. */
export function createChildKeyQueries(handle: DatabaseHandle) {
  const run = (sql: string) => handle.prepare<{ id: KeyId }>(sql);
  const states = [run(follow(CHILDREN_OF)), run(follow(ITSELF))];
  const scopes = [CHILDREN_OF, ITSELF].flatMap((which) => [
    run(clearScopes('key_scopes', which)),
    run(clearScopes('key_denials', which)),
    run(followScopes('key_scopes', which)),
    run(followScopes('key_denials', which)),
  ]);
  const hasKin = handle.prepare<{ id: KeyId }, { found: 1 }>(HAS_KIN);
  return {
    /** After a change of the key with this id: its children follow, and if it is one, it follows its parent. */
    follow: (id: KeyId): void => {
      for (const statement of states) statement.run({ id });
    },
    /** The same after a change of its scopes. */
    followScopes: (id: KeyId): void => {
      if (hasKin.get({ id }) === undefined) return;
      for (const statement of scopes) statement.run({ id });
    },
  };
}
