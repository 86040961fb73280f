import { ENVIRONMENT_PRINCIPALS, NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { PrincipalRow } from '#main/sqlite/requests-principal-queries.ts';

/** Whose requests are meant; all parts together. */
export interface OwnerFilter {
  readonly keyId?: string | undefined;
  readonly applicationId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly environment?: 'live' | 'test' | undefined;
  readonly secretVersion?: number | undefined;
}

/** Does the filter name an owner? An environment alone is answered by the roll-ups of the whole environment. */
export function isAboutOwner({ keyId, applicationId, partnerId, secretVersion }: OwnerFilter): boolean {
  return (keyId ?? applicationId ?? partnerId ?? secretVersion) !== undefined;
}

/** The principals that a filter names, ascending: a later one of the same key has the newer names. */
export function principalsOf(db: RequestsDatabase, filter: OwnerFilter): readonly PrincipalRow[] {
  const { keyId, applicationId, partnerId, environment, secretVersion } = filter;
  return candidates(db, filter)
    .filter(
      (row) =>
        (keyId === undefined || row.keyId === keyId) &&
        (applicationId === undefined || row.applicationId === applicationId) &&
        (partnerId === undefined || row.partnerId === partnerId) &&
        (environment === undefined || row.environment === environment) &&
        (secretVersion === undefined || row.secretVersion === secretVersion),
    )
    .sort((a, b) => a.id - b.id);
}

/** Numbers under which roll-ups count what a filter names: each request once. */
export function rollupPrincipals(db: RequestsDatabase, filter: OwnerFilter): readonly number[] {
  if (isAboutOwner(filter)) return principalsOf(db, filter).map((row) => row.id);
  if (filter.environment !== undefined) return [ENVIRONMENT_PRINCIPALS[filter.environment]];
  return [NO_KEY_PRINCIPAL, ENVIRONMENT_PRINCIPALS.live, ENVIRONMENT_PRINCIPALS.test];
}

function candidates(db: RequestsDatabase, filter: OwnerFilter): readonly PrincipalRow[] {
  if (filter.keyId !== undefined) return db.dimensions.principalsOfKey(filter.keyId);
  if (filter.applicationId !== undefined) return db.dimensions.principalsOfApplication(filter.applicationId);
  if (filter.partnerId !== undefined) return db.dimensions.principalsOfPartner(filter.partnerId);
  return db.dimensions.allPrincipals();
}
