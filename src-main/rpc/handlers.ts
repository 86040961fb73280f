import { exportAudit } from '#main/audit/export-audit.ts';
import { listAudit } from '#main/audit/list-audit.ts';
import { verifyAudit } from '#main/audit/verify-audit.ts';
import { createEnrolmentToken } from '#main/enrolment/create-enrolment-token.ts';
import { listChildren, listEnrolmentTokens } from '#main/enrolment/list-enrolment.ts';
import { createPivotChildren } from '#main/enrolment/pivot-children.ts';
import { revokeEnrolmentToken } from '#main/enrolment/revoke-enrolment-token.ts';
import { takeTurns } from '#main/platform/take-turns.ts';
import { createSamples } from '#main/samples/create-samples.ts';
import { deleteSamples } from '#main/samples/delete-samples.ts';
import { readSamples } from '#main/samples/read-samples.ts';
import { blindIssue, createHandoff, handoffChannels } from '#main/handoffs/create-handoff.ts';
import { takeCode } from '#main/handoffs/held-code.ts';
import { getHandoff, listHandoffs } from '#main/handoffs/list-handoffs.ts';
import { resendHandoff } from '#main/handoffs/resend-handoff.ts';
import { readRotationHandoff, setRotationHandoff } from '#main/handoffs/rotation-consent.ts';
import { settleHandoff, withdrawAndRotate, withdrawHandoff } from '#main/handoffs/withdraw-handoff.ts';
import { cancelJob } from '#main/jobs/cancel-job.ts';
import { viewSpikes } from '#main/leaks/view-spikes.ts';
import { createBulkKeys } from '#main/keys/bulk-keys.ts';
import { createKey } from '#main/keys/create-key.ts';
import { endOverlap } from '#main/keys/end-overlap.ts';
import { createExportKeys } from '#main/keys/export-keys.ts';
import { extendOverlap } from '#main/keys/extend-overlap.ts';
import { getKey } from '#main/keys/get-key.ts';
import { findKeys } from '#main/keys/find-keys.ts';
import { identifyHashes, identifyKeys } from '#main/keys/identify-keys.ts';
import { importKeys } from '#main/key-imports/import-keys.ts';
import { liveRotation } from '#main/keys/live-rotation.ts';
import { currentVersionOf, endsByRotating, retiringVersionOf } from '#main/keys/ending-secret.ts';
import { restoreKey } from '#main/keys/restore-key.ts';
import { resumeKey } from '#main/keys/resume-key.ts';
import { listRotationsDue } from '#main/keys/list-rotations-due.ts';
import { revokeKey } from '#main/keys/revoke-key.ts';
import { rotateKey } from '#main/keys/rotate-key.ts';
import { suspendKey } from '#main/keys/suspend-key.ts';
import { undoRotation } from '#main/keys/undo-rotation.ts';
import { updateKey } from '#main/keys/update-key.ts';
import { updateOverlap } from '#main/keys/update-overlap.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
import { deleteApplication } from '#main/partners/delete-application.ts';
import { deletePartner } from '#main/partners/delete-partner.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { getPartner } from '#main/partners/get-partner.ts';
import { importPartners } from '#main/partners/import-partners.ts';
import { listApplications } from '#main/partners/list-applications.ts';
import { listPartners } from '#main/partners/list-partners.ts';
import { splitApplication } from '#main/handoffs/split-application.ts';
import { transferApplication } from '#main/handoffs/transfer-application.ts';
import { transferKeys } from '#main/handoffs/transfer-keys.ts';
import { updateApplication } from '#main/partners/update-application.ts';
import { readOwnerPeople, updateOwnerPeople } from '#main/partners/owner-people.ts';
import { updatePartner } from '#main/partners/update-partner.ts';
import { createPlan } from '#main/plans/create-plan.ts';
import { listPlans } from '#main/plans/list-plans.ts';
import { updatePlan } from '#main/plans/update-plan.ts';
import { currentVersion } from '#main/domain/key-status.ts';
import { startCompact } from '#main/requests/start-compact.ts';
import { storageReport } from '#main/requests/storage-report.ts';
import { withRotationFailures } from '#main/requests/rotation-failures.ts';
import { deleteView } from '#main/saved-views/delete-view.ts';
import { listViews } from '#main/saved-views/list-views.ts';
import { saveView } from '#main/saved-views/save-view.ts';
import { createScope } from '#main/scopes/create-scope.ts';
import { deleteScope } from '#main/scopes/delete-scope.ts';
import { listScopes } from '#main/scopes/list-scopes.ts';
import { updateScope } from '#main/scopes/update-scope.ts';
import { createService } from '#main/services/create-service.ts';
import { getService } from '#main/services/get-service.ts';
import { listServices } from '#main/services/list-services.ts';
import { rotateServiceToken } from '#main/services/rotate-service-token.ts';
import { updateService } from '#main/services/update-service.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { previewPurge } from '#main/keys/purge-dead-keys.ts';
import { updateSettings } from '#main/settings/update-settings.ts';
import { createKeyFromTemplate } from '#main/templates/create-key-from-template.ts';
import { createToken } from '#main/tokens/create-token.ts';
import { createAccessHandlers } from './access-handlers.ts';
import { createBlockedSourceHandlers } from './blocked-source-handlers.ts';
import type { Handlers } from './dispatch.ts';
import { createEndpointHandlers } from './endpoint-handlers.ts';
import type { HandlerServices } from './handler-services.ts';
import { createPortHandlers } from './port-handlers.ts';
import { createLeakHandlers } from './leak-handlers.ts';
import { createListHandlers } from './list-handlers.ts';
import { createNoticeHandlers } from './notice-handlers.ts';
import { createRequestHandlers } from './request-handlers.ts';
import { createSealedHandlers } from './sealed-handlers.ts';
import { createServiceHandlers } from './service-handlers.ts';
import { createSessionHandlers } from './session-handlers.ts';
import { createProductHandlers } from './product-handlers.ts';
import { createTemplateHandlers } from './template-handlers.ts';
import { createTokenHandlers } from './token-handlers.ts';

/** Every procedure and what answers it. The compiler refuses a contract without its handler. */
export function createHandlers(services: HandlerServices): Handlers {
  return {
    ...policyHandlers,
    ...keyHandlers,
    ...createSessionHandlers(services),
    ...createLogHandlers(services),
    ...createRequestHandlers(services),
    ...createEndpointHandlers(services),
    ...createSealedHandlers(services),
    ...createAccessHandlers(services),
    ...createNoticeHandlers(services),
    ...createPortHandlers(services),
    ...createServiceHandlers(services),
    ...createTokenHandlers(services),
    ...createLeakHandlers(services),
    ...createBlockedSourceHandlers(services),
    'keys.rotate': services.withdrawals.watchedEnd(endsByRotating, rotateKey),
    'keys.endOverlap': services.withdrawals.watchedEnd(retiringVersionOf, endOverlap),
    'keys.undoRotation': services.withdrawals.watchedEnd(currentVersionOf, undoRotation),
    'keys.enforcement': (context, input) => services.withdrawals.enforcement(context, input),
    'keys.limits': (_context, { keyId }) => services.limitsLeft.ofKey(keyId),
    'keys.tightestLimits': (_context, { keyIds }) => services.limitsLeft.tightest(keyIds),
    'keys.export': createExportKeys(services.monotonicMs),
    'keys.bulk': createBulkKeys(services),
    ...createListHandlers(services),
    ...createTemplateHandlers(services),
    ...createProductHandlers(services),
    'keys.suspend': services.withdrawals.watched('suspended', suspendKey),
    'keys.revoke': services.withdrawals.watched('revoked', revokeKey),
    'keys.revocations': (context, input) => services.withdrawals.list(context, input),
    'keys.simulate': services.simulate,
    'selfTest.run': services.selfTest.run,
    'selfTest.last': services.selfTest.last,
    ...createSampleHandlers(services),
    'enrolment.pivot': createPivotChildren((question) => services.requests.query('usage.groups', question)),
    'audit.list': listAudit,
    'audit.verify': (context) => verifyAudit(context, services.auditAnchor()),
    'audit.export': exportAudit,
    'settings.get': (context) => readSettings(context.db),
    'settings.update': updateSettings,
    'settings.previewPurge': previewPurge,
    'backups.create': (context) => services.backups.create(context),
    'backups.list': () => services.backups.list(),
    'backups.restore': (context, input) => services.backups.restore(context, input),
    'replay.start': (context, input) => services.replays.start(context, input),
    'replay.result': (_context, input) => services.replays.result(input),
    'replay.suggest': (context, input) => services.replays.suggest(context, input),
    'jobs.list': () => ({ items: services.jobs.list() }),
    'jobs.cancel': (context, input) => cancelJob(context, services.jobs, input),
    'system.status': (context) => services.systemStatus(context),
    'system.diagnostics': (context, input) => services.diagnostics(context, input),
    'system.whoami': ({ actor, role }) => ({ actor, role, host: services.host }),
  };
}

const policyHandlers = {
  'partners.create': createPartner,
  'partners.list': listPartners,
  'partners.get': getPartner,
  'partners.update': updatePartner,
  'owners.get': readOwnerPeople,
  'owners.update': updateOwnerPeople,
  'partners.delete': deletePartner,
  'partners.import': importPartners,
  'applications.create': createApplication,
  'applications.list': listApplications,
  'applications.get': getApplication,
  'applications.update': updateApplication,
  'applications.transfer': transferApplication,
  'applications.split': splitApplication,
  'applications.delete': deleteApplication,
  'services.create': createService,
  'services.list': listServices,
  'services.get': getService,
  'services.update': updateService,
  'services.rotateToken': rotateServiceToken,
  'scopes.create': createScope,
  'scopes.list': listScopes,
  'scopes.update': updateScope,
  'scopes.delete': deleteScope,
  'plans.create': createPlan,
  'plans.list': listPlans,
  'plans.update': updatePlan,
  'tokens.create': createToken,
  'views.list': listViews,
  'views.save': saveView,
  'views.delete': deleteView,
  'enrolment.createToken': createEnrolmentToken,
  'enrolment.list': listEnrolmentTokens,
  'enrolment.revokeToken': revokeEnrolmentToken,
  'enrolment.children': listChildren,
  'handoffs.create': createHandoff,
  'handoffs.blindIssue': blindIssue,
  'handoffs.list': listHandoffs,
  'handoffs.get': getHandoff,
  'handoffs.channels': handoffChannels,
  'handoffs.withdraw': withdrawHandoff,
  'handoffs.withdrawAndRotate': withdrawAndRotate,
  'handoffs.resend': resendHandoff,
  'handoffs.settle': settleHandoff,
  'handoffs.takeCode': takeCode,
  'rotations.handoff': readRotationHandoff,
  'rotations.setHandoff': setRotationHandoff,
} satisfies Partial<Handlers>;

const keyHandlers = {
  'keys.create': createKey,
  'keys.createFromTemplate': createKeyFromTemplate,
  'keys.get': getKey,
  'keys.update': updateKey,
  'keys.extendOverlap': extendOverlap,
  'keys.updateOverlap': updateOverlap,
  'keys.rotationsDue': listRotationsDue,
  'keys.resume': resumeKey,
  'keys.restore': restoreKey,
  'keys.identify': identifyKeys,
  'keys.identifyHashes': identifyHashes,
  'keys.find': findKeys,
  'keys.import': importKeys,
  'keys.transfer': transferKeys,
} satisfies Partial<Handlers>;

type LogProcedure =
  | 'storage.get'
  | 'storage.compact'
  | 'usage.series'
  | 'usage.summary'
  | 'usage.byKey'
  | 'usage.bySecret'
  | 'usage.rotation'
  | 'usage.health'
  | 'usage.spikes'
  | 'notices.list'
  | 'settings.previewRetention';

/** What the request log answers, on its own thread. */
function createLogHandlers({ requests, jobs }: HandlerServices): Pick<Handlers, LogProcedure> {
  return {
    'storage.get': async (context) =>
      storageReport(context, await requests.query('log.room', null), readSettings(context.db)),
    'storage.compact': (context) => startCompact(context, { requests, jobs }),
    'usage.series': (_context, input) => requests.query('usage.series', input),
    'usage.summary': (_context, input) => requests.query('usage.summary', input),
    'usage.byKey': (_context, input) => requests.query('usage.byKey', input),
    'usage.bySecret': (_context, input) => requests.query('usage.bySecret', input),
    'notices.list': (_context, input) => requests.query('notices.list', input),
    'usage.health': async ({ db }, input) =>
      withRotationFailures(await requests.query('usage.health', input), (keyId) =>
        currentVersion(db.secrets.list(keyId)),
      ),
    'usage.spikes': (context, input) =>
      viewSpikes(context, input, (fromMs) => requests.query('spikes.list', { fromMs })),
    'usage.rotation': async (context, { keyId }) =>
      requests.query('usage.rotation', liveRotation(context, keyId)),
    'settings.previewRetention': (_context, input) => requests.query('settings.previewRetention', input),
  };
}

function createSampleHandlers(
  services: HandlerServices,
): Pick<Handlers, 'samples.get' | 'samples.create' | 'samples.delete'> {
  const inTurn = takeTurns();
  return {
    'samples.get': (context) => ({ isThere: readSamples(context) !== null }),
    // They are there before all of their traffic is: it must not come after its removal.
    'samples.create': (context) => inTurn(() => createSamples(context, services.requests)),
    'samples.delete': (context) =>
      inTurn(() =>
        deleteSamples(context, {
          forget: (question) => services.requests.query('log.forget', question),
          announce: services.announce,
        }),
      ),
  };
}
