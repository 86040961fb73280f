import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, PartnerId, PlanId, ScopeId, ServiceId } from '#contract/ids.ts';

/** The rules of a scope as JSON text. */
export interface ScopeRules {
  readonly id: ScopeId;
  readonly serviceId: ServiceId;
  readonly name: string;
  readonly rulesJson: string;
}

/** The limits of a plan as JSON text. */
export interface PlanLimits {
  readonly rateLimitJson: string | null;
  readonly rateLimitsJson: string;
  readonly quotaJson: string | null;
}

// replay.start and replay.suggest, all of them a scan of a small table or by primary key. Nothing is counted: verification waits.
const SCOPE_RULES = `SELECT id, service_id AS serviceId, name, rules AS rulesJson FROM scopes ORDER BY name`;
const PLAN_LIMITS = `
  SELECT rate_limit AS rateLimitJson, rate_limits AS rateLimitsJson, quota AS quotaJson
  FROM plans
  WHERE id = (SELECT ?)`;

// replay.start where a limit is shared; index keys_by_application, and the one of applications by partner.
const KEYS_OF_APPLICATION = `SELECT id FROM keys WHERE application_id = (SELECT ?) LIMIT ?`;
const KEYS_OF_PARTNER = `
  SELECT k.id AS id
  FROM applications a
  JOIN keys k ON k.application_id = a.id
  WHERE a.partner_id = (SELECT ?)
  LIMIT ?`;

/** Prepares what a replay needs to know of policies. */
export function createReplayQueries(handle: Database.Database) {
  const scopes = handle.prepare<[], ScopeRules>(SCOPE_RULES);
  const plan = handle.prepare<[PlanId], PlanLimits>(PLAN_LIMITS);
  const ofApplication = handle.prepare<[ApplicationId, number], { id: KeyId }>(KEYS_OF_APPLICATION);
  const ofPartner = handle.prepare<[PartnerId, number], { id: KeyId }>(KEYS_OF_PARTNER);
  return {
    /** Every scope with its rules, by name. */
    scopes: (): readonly ScopeRules[] => scopes.all(),
    planLimits: (id: PlanId): PlanLimits | null => plan.get(id) ?? null,
    /** Keys of an application, whatever their state, at most `limit`. */
    keysOfApplication: (id: ApplicationId, limit: number): readonly KeyId[] =>
      ofApplication.all(id, limit).map((row) => row.id),
    keysOfPartner: (id: PartnerId, limit: number): readonly KeyId[] =>
      ofPartner.all(id, limit).map((row) => row.id),
  };
}
