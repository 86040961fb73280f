import type Database from 'better-sqlite3';
import type { KeyId, ScopeId, ServiceId } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { Rule } from '#contract/scopes.ts';

/** A key with the rules that speak for it, as JSON texts: equal texts are equal policies. */
export interface KeyPolicyRow {
  readonly id: KeyId;
  readonly name: string;
  readonly environment: Environment;
  readonly application: string;
  readonly rulesJson: string;
  /** Ascending. */
  readonly scopeIdsJson: string;
}

// endpoints.preview where a document no longer has an endpoint; primary keys. Keys that are bound to other services cannot call this one.
const AFTER = `
  SELECT
    k.id AS id,
    k.name AS name,
    k.environment AS environment,
    a.name AS application,
    k.rules AS rulesJson,
    (
      SELECT json_group_array(ks.scope_id ORDER BY ks.scope_id)
      FROM key_scopes ks
      WHERE ks.key_id = k.id
    ) AS scopeIdsJson
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  WHERE k.id > @afterId
    AND k.revoked_at_ms IS NULL
    AND (
      k.service_allow = '[]'
      OR k.binding_mode = 'observe'
      OR EXISTS (SELECT 1 FROM json_each(k.service_allow) bound WHERE bound.value = @serviceId)
    )
  ORDER BY k.id
  LIMIT @limit`;

/** The rules of `rulesJson`. */
export function rulesOf(rulesJson: string): readonly Rule[] {
  return JSON.parse(rulesJson) as readonly Rule[];
}

/** The ids of `scopeIdsJson`. */
export function scopeIdsOf(scopeIdsJson: string): readonly ScopeId[] {
  return JSON.parse(scopeIdsJson) as readonly ScopeId[];
}

/** Prepares the statement that walks over the rules of all keys. */
export function createKeyPolicyQueries(handle: Database.Database) {
  const after = handle.prepare<{ afterId: string; serviceId: ServiceId; limit: number }, KeyPolicyRow>(AFTER);
  return {
    /** The next keys by id that are not revoked and may call the service; the empty id is before all. */
    after: (
      afterId: string,
      { serviceId, limit }: { readonly serviceId: ServiceId; readonly limit: number },
    ): readonly KeyPolicyRow[] => after.all({ afterId, serviceId, limit }),
  };
}
