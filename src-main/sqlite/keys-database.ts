import { statSync } from 'node:fs';
import { createAccessRequestQueries } from './access-request-queries.ts';
import { createAdminTokenQueries } from './admin-token-queries.ts';
import { createApplicationQueries } from './application-queries.ts';
import { createAuditQueries } from './audit-queries.ts';
import { createBlockedSourceQueries } from './blocked-source-queries.ts';
import { createCommandRepeatQueries } from './command-repeat-queries.ts';
import { createEndpointQueries } from './endpoint-queries.ts';
import { createEnrolmentQueries } from './enrolment-queries.ts';
import { createHandoffQueries } from './handoff-queries.ts';
import { createHandoffListQueries } from './handoff-list-queries.ts';
import { createKeyCountQueries } from './key-count-queries.ts';
import { createKeyFindQueries } from './key-find-queries.ts';
import { createKeyPolicyQueries } from './key-policy-queries.ts';
import { createKeyQueries } from './key-queries.ts';
import { createKeyShapeQueries } from './key-shape-queries.ts';
import { LastUsed } from './last-used.ts';
import { createLeakQueries } from './leak-queries.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { sql as first } from './migrations/keys/0001-first.ts';
import { sql as limits } from './migrations/keys/0002-limits.ts';
import { sql as bindingsAndImport } from './migrations/keys/0003-bindings-and-import.ts';
import { sql as importOrigin } from './migrations/keys/0004-import-origin.ts';
import { sql as templates } from './migrations/keys/0007-templates.ts';
import { sql as savedViews } from './migrations/keys/0005-saved-views.ts';
import { sql as rotationPolicy } from './migrations/keys/0006-rotation-policy.ts';
import { sql as handoffs } from './migrations/keys/0008-handoffs.ts';
import { sql as enrolment } from './migrations/keys/0009-enrolment.ts';
import { sql as partnerRecipientKey } from './migrations/keys/0010-partner-recipient-key.ts';
import { sql as observedEndpoints } from './migrations/keys/0011-observed-endpoints.ts';
import { sql as accessRequests } from './migrations/keys/0012-access-requests.ts';
import { sql as leaks } from './migrations/keys/0013-leaks.ts';
import { sql as notices } from './migrations/keys/0014-notices.ts';
import { sql as keyTransfer } from './migrations/keys/0015-key-transfer.ts';
import { sql as similarRequests } from './migrations/keys/0016-similar-requests.ts';
import { sql as letters } from './migrations/keys/0017-letters.ts';
import { sql as rotationHandoffs } from './migrations/keys/0018-rotation-handoffs.ts';
import { sql as digests } from './migrations/keys/0019-digests.ts';
import { sql as ownerPeople } from './migrations/keys/0020-owner-people.ts';
import { sql as accessQuestions } from './migrations/keys/0021-access-questions.ts';
import { sql as expiryGrace } from './migrations/keys/0022-expiry-grace.ts';
import { sql as tokenExchange } from './migrations/keys/0023-token-exchange.ts';
import { sql as sharingDismissals } from './migrations/keys/0024-sharing-dismissals.ts';
import { sql as signedBy } from './migrations/keys/0025-signed-by.ts';
import { sql as peppers } from './migrations/keys/0026-peppers.ts';
import { sql as products } from './migrations/keys/0027-products.ts';
import { sql as blockedSources } from './migrations/keys/0028-blocked-sources.ts';
import { sql as keyCleanUp } from './migrations/keys/0029-key-clean-up.ts';
import { sql as keptAnswers } from './migrations/keys/0030-kept-answers.ts';
import { sql as childContacts } from './migrations/keys/0031-child-contacts.ts';
import { sql as askedFrom } from './migrations/keys/0032-asked-from.ts';
import { sql as allKinds } from './migrations/keys/0033-all-kinds.ts';
import { KEYS_APPLICATION_ID, KEYS_OPTIONS, openDatabase, type DatabaseHandle } from './open-database.ts';
import { createPartnerQueries } from './partner-queries.ts';
import { createPepperQueries } from './pepper-queries.ts';
import { createPlanQueries } from './plan-queries.ts';
import { createRotationDueQueries } from './rotation-due-queries.ts';
import { createReplayQueries } from './replay-queries.ts';
import { createSavedViewQueries } from './saved-view-queries.ts';
import { createSampleQueries } from './sample-queries.ts';
import { createScopeQueries } from './scope-queries.ts';
import { createSecretQueries } from './secret-queries.ts';
import { createServiceQueries } from './service-queries.ts';
import { createServiceTokenQueries } from './service-token-queries.ts';
import { createSettingQueries } from './setting-queries.ts';
import { createStoreQueries } from './store-queries.ts';
import { createTemplateQueries } from './template-queries.ts';
import { watchWrites } from './store-revision.ts';
import { createVerifyLookup } from './verify-lookup.ts';

/** Schema of keys.db, version by version. */
export const KEYS_MIGRATIONS: readonly string[] = [
  first,
  limits,
  bindingsAndImport,
  importOrigin,
  savedViews,
  rotationPolicy,
  templates,
  handoffs,
  enrolment,
  partnerRecipientKey,
  observedEndpoints,
  accessRequests,
  leaks,
  notices,
  keyTransfer,
  similarRequests,
  letters,
  rotationHandoffs,
  digests,
  ownerPeople,
  accessQuestions,
  expiryGrace,
  tokenExchange,
  sharingDismissals,
  signedBy,
  peppers,
  products,
  blockedSources,
  keyCleanUp,
  keptAnswers,
  childContacts,
  askedFrom,
  allKinds,
];

/** Keys, policy, settings and audit trail on one connection, with every statement prepared. */
export type KeysDatabase = ReturnType<typeof createKeysDatabase>;

/** Opens keys.db (or a store in memory) for this process alone and brings its schema up to date. Does not check the file:
 *  start-up has done that. `lastUsed` outlives the connection when the store is opened again. */
export function openKeysDatabase(path: string | Buffer, lastUsed = new LastUsed()): KeysDatabase {
  const handle = openDatabase(path, KEYS_OPTIONS);
  try {
    migrate(handle, KEYS_MIGRATIONS, KEYS_APPLICATION_ID);
    return createKeysDatabase(handle, lastUsed);
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** Opens a keys.db again that this process had open, or a restored one. Never makes a store: throws when the file is
 *  missing, empty or has no schema. `lastUsed` goes on. */
export function reopenKeysDatabase(path: string, lastUsed: LastUsed): KeysDatabase {
  // An empty file would open as a healthy empty database.
  if (statSync(path).size === 0) throw new Error(`${path} is empty.`);
  const handle = openDatabase(path, { ...KEYS_OPTIONS, mustExist: true });
  try {
    if (schemaVersion(handle) === 0) throw new Error(`${path} holds no key store.`);
    // A backup may be older than the program.
    migrate(handle, KEYS_MIGRATIONS, KEYS_APPLICATION_ID);
    return createKeysDatabase(handle, lastUsed);
  } catch (error) {
    handle.close();
    throw error;
  }
}

function createKeysDatabase(handle: DatabaseHandle, lastUsed: LastUsed) {
  // First: the keys list joins the temporary table.
  lastUsed.attach(handle);
  // Before any other statement is prepared; last uses are no part of what look-ups find.
  const revision = watchWrites(handle);
  return {
    handle,
    /** Runs `work` in one transaction that takes the write lock first; nothing stays when it throws. */
    transaction: <T>(work: () => T): T => handle.transaction(work).immediate(),
    partners: createPartnerQueries(handle),
    applications: createApplicationQueries(handle),
    services: createServiceQueries(handle),
    serviceTokens: createServiceTokenQueries(handle),
    endpoints: createEndpointQueries(handle),
    scopes: createScopeQueries(handle),
    peppers: createPepperQueries(handle),
    blockedSources: createBlockedSourceQueries(handle),
    plans: createPlanQueries(handle),
    templates: createTemplateQueries(handle),
    samples: createSampleQueries(handle),
    keys: createKeyQueries(handle),
    keyFind: createKeyFindQueries(handle),
    keyCounts: createKeyCountQueries(handle),
    keyPolicies: createKeyPolicyQueries(handle),
    keyShapes: createKeyShapeQueries(handle),
    secrets: createSecretQueries(handle),
    leaks: createLeakQueries(handle),
    adminTokens: createAdminTokenQueries(handle),
    audit: createAuditQueries(handle),
    settings: createSettingQueries(handle),
    commandRepeats: createCommandRepeatQueries(handle),
    savedViews: createSavedViewQueries(handle),
    handoffs: createHandoffQueries(handle),
    handoffList: createHandoffListQueries(handle),
    accessRequests: createAccessRequestQueries(handle),
    enrolment: createEnrolmentQueries(handle),
    rotationsDue: createRotationDueQueries(handle),
    store: createStoreQueries(handle),
    replay: createReplayQueries(handle),
    verify: createVerifyLookup(handle, revision),
    lastUsed,
    close: (): void => void handle.close(),
  };
}
