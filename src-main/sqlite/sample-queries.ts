import type { KeyId, PartnerId, ScopeId, ServiceId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** What sample data consist of, beside all that hangs on it. */
export interface SampleRoots {
  readonly partnerIds: readonly PartnerId[];
  readonly serviceId: ServiceId;
}

const KEYS_OF_PARTNERS = `
  SELECT k.id AS id
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  WHERE a.partner_id IN (SELECT value FROM json_each(@partnerIds))`;
const SCOPES_OF_SERVICE = `SELECT id FROM scopes WHERE service_id = @serviceId`;

/** Partners and their applications. */
const OWNERS = `
  SELECT value FROM json_each(@partnerIds)
  UNION ALL
  SELECT a.id FROM applications a WHERE a.partner_id IN (SELECT value FROM json_each(@partnerIds))`;

// samples.delete, each once, in this order: what points at something goes before it.
const REMOVALS = [
  `DELETE FROM key_scopes WHERE key_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM key_scopes WHERE scope_id IN (${SCOPES_OF_SERVICE})`,
  `DELETE FROM key_denials WHERE key_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM key_denials WHERE scope_id IN (${SCOPES_OF_SERVICE})`,
  `DELETE FROM enrolments WHERE parent_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM enrolment_tokens WHERE parent_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM rotation_runs WHERE key_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM rotation_consents WHERE owner_id IN (${KEYS_OF_PARTNERS})`,
  ...['owner_contacts', 'owner_networks'].map(
    (table) => `DELETE FROM ${table} WHERE owner_id IN (${OWNERS})`,
  ),
  `DELETE FROM secrets WHERE key_id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM keys WHERE id IN (${KEYS_OF_PARTNERS})`,
  `DELETE FROM applications WHERE partner_id IN (SELECT value FROM json_each(@partnerIds))`,
  `DELETE FROM partners WHERE id IN (SELECT value FROM json_each(@partnerIds))`,
  `DELETE FROM scopes WHERE service_id = @serviceId`,
  `DELETE FROM endpoints WHERE service_id = @serviceId`,
  `DELETE FROM service_tokens WHERE service_id = @serviceId`,
  `DELETE FROM services WHERE id = @serviceId`,
];

/** Prepares the statements on sample data. */
export function createSampleQueries(handle: DatabaseHandle) {
  const keyIds = handle.prepare<{ partnerIds: string }, { id: KeyId }>(KEYS_OF_PARTNERS);
  const scopeIds = handle.prepare<{ serviceId: ServiceId }, { id: ScopeId }>(SCOPES_OF_SERVICE);
  const texts = ({ partnerIds, serviceId }: SampleRoots) => ({
    partnerIds: JSON.stringify(partnerIds),
    serviceId,
  });
  return {
    /** Keys of the partners. */
    keyIds: ({ partnerIds }: SampleRoots): readonly KeyId[] =>
      keyIds.all({ partnerIds: JSON.stringify(partnerIds) }).map((row) => row.id),
    /** Scopes of the service. */
    scopeIds: ({ serviceId }: SampleRoots): readonly ScopeId[] =>
      scopeIds.all({ serviceId }).map((row) => row.id),
    /** Removes partners, applications, keys, secrets, and the service with its scopes, endpoints and tokens. Other keys lose the
     *  scopes of that service. */
    remove: (roots: SampleRoots): void => {
      // Once in the life of a store: prepared when it is needed.
      for (const text of REMOVALS) handle.prepare<ReturnType<typeof texts>>(text).run(texts(roots));
    },
  };
}
