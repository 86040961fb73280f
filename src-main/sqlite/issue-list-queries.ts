import type { ApplicationId, KeyId } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { DatabaseHandle } from './open-database.ts';

// handoffs.previewList and handoffs.issueLine; index keys_by_application.
const FIND = `
  SELECT k.id AS keyId
  FROM keys k
  WHERE k.application_id = @applicationId
    AND k.name = @name
    AND k.environment = @environment
    AND k.revoked_at_ms IS NULL
  ORDER BY k.created_at_ms DESC
  LIMIT 1`;

interface Sought {
  readonly applicationId: ApplicationId;
  readonly name: string;
  readonly environment: Environment;
}

/** Prepares the question whether a line of a list was issued before. Not a part of an open store: lists are rare. */
export function createIssueListQueries(handle: DatabaseHandle) {
  const find = handle.prepare<Sought, { keyId: KeyId }>(FIND);
  return {
    /** The newest key of this name that is not revoked. */
    find: (sought: Sought): KeyId | null => find.get(sought)?.keyId ?? null,
  };
}
