import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { useApiClient } from './api-context.tsx';
import { ApiError } from './client.ts';
import { queryKey, readsOf, subjectsOf } from './query-keys.ts';

/** What a command came to. */
export type Outcome<Name extends ProcedureName> =
  { readonly ok: true; readonly data: Output<Name> } | { readonly ok: false; readonly error: ApiError };

/** One command of a screen: how to run it, whether it runs, and why the last run was refused. */
export interface Command<Name extends ProcedureName> {
  /** Runs it; never rejects. While it runs, a second call answers the outcome of the first: a double click does one thing. */
  readonly run: (input: CallInput<Name>) => Promise<Outcome<Name>>;
  readonly isRunning: boolean;
  /** Why the last run was refused; null after a success and before the first run. */
  readonly error: ApiError | null;
  /** Forgets the error. */
  readonly reset: () => void;
}

/** A command or one-off read. The answer goes to the caller of `run` alone and is kept nowhere, since it may hold a secret. */
export function useCommand<Name extends ProcedureName>(name: Name): Command<Name> {
  const client = useApiClient();
  const cache = useQueryClient();
  const running = useRef<Promise<Outcome<Name>> | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const start = async (input: CallInput<Name>): Promise<Outcome<Name>> => {
    setRunning(true);
    setError(null);
    try {
      const data = await client.call(name, input);
      for (const read of readsOf(subjectsOf(name)))
        void cache.invalidateQueries({ queryKey: queryKey(read) });
      return { ok: true, data };
    } catch (thrown) {
      const refusal = thrown instanceof ApiError ? thrown : unexpected(thrown);
      setError(refusal);
      return { ok: false, error: refusal };
    } finally {
      running.current = null;
      setRunning(false);
    }
  };

  return {
    run: (input) => {
      running.current ??= start(input);
      return running.current;
    },
    isRunning,
    error,
    reset: () => setError(null),
  };
}

function unexpected(thrown: unknown): ApiError {
  return new ApiError({
    code: 'INTERNAL',
    message: thrown instanceof Error ? thrown.message : 'Something unexpected happened. Try again.',
    requestId: '',
  });
}

// One hook a command, in the order of the contract.
/** `partners.create`. */
export const useCreatePartner = () => useCommand('partners.create');
/** `owners.update`. */
export const useUpdateOwner = () => useCommand('owners.update');
/** `partners.update`. */
export const useUpdatePartner = () => useCommand('partners.update');
/** `storage.compact`: starts a job. */
export const useCompactLog = () => useCommand('storage.compact');
/** `partners.setDigest`. */
export const useSetDigest = () => useCommand('partners.setDigest');
/** `partners.delete`. */
export const useDeletePartner = () => useCommand('partners.delete');
/** `partners.import`: its dry run changes nothing. */
export const useImportPartners = () => useCommand('partners.import');
/** `applications.create`. */
export const useCreateApplication = () => useCommand('applications.create');
/** `applications.update`. */
export const useUpdateApplication = () => useCommand('applications.update');
/** `applications.transfer`. */
export const useTransferApplication = () => useCommand('applications.transfer');
/** `applications.split`. */
export const useSplitApplication = () => useCommand('applications.split');
/** `keys.transfer`. */
export const useTransferKeys = () => useCommand('keys.transfer');
/** `applications.delete`. */
export const useDeleteApplication = () => useCommand('applications.delete');
/** `services.create`: answers the service token, once. */
export const useCreateService = () => useCommand('services.create');
/** `services.update`. */
export const useUpdateService = () => useCommand('services.update');
/** `services.tryVerification`: one real verification, sent by the server. */
export const useTryVerification = () => useCommand('services.tryVerification');
/** `services.rotateToken`: answers the new service token, once. */
export const useRotateServiceToken = () => useCommand('services.rotateToken');
/** `tokenExchange.update`. */
export const useUpdateTokenExchange = () => useCommand('tokenExchange.update');
/** `tokenExchange.rotateKey`: a new signing key for the tokens of all services. */
export const useRotateSigningKey = () => useCommand('tokenExchange.rotateKey');
/** `endpoints.import`. */
export const useImportEndpoints = () => useCommand('endpoints.import');
/** `endpoints.add`. */
export const useAddEndpoint = () => useCommand('endpoints.add');
/** `endpoints.addObserved`. */
export const useAddObserved = () => useCommand('endpoints.addObserved');
/** `endpoints.delete`. */
export const useDeleteEndpoint = () => useCommand('endpoints.delete');
/** `scopes.create`. */
export const useCreateScope = () => useCommand('scopes.create');
/** `scopes.update`. */
export const useUpdateScope = () => useCommand('scopes.update');
/** `scopes.delete`. */
export const useDeleteScope = () => useCommand('scopes.delete');
/** `plans.create`. */
export const useCreatePlan = () => useCommand('plans.create');
/** `plans.update`. */
export const useUpdatePlan = () => useCommand('plans.update');
/** `samples.create`. */
export const useCreateSamples = () => useCommand('samples.create');
/** `samples.delete`. */
export const useDeleteSamples = () => useCommand('samples.delete');
/** `templates.create`. */
export const useCreateTemplate = () => useCommand('templates.create');
/** `templates.update`. */
export const useUpdateTemplate = () => useCommand('templates.update');
/** `templates.delete`. */
export const useDeleteTemplate = () => useCommand('templates.delete');
/** `products.create`. */
export const useCreateProduct = () => useCommand('products.create');
/** `products.update`. */
export const useUpdateProduct = () => useCommand('products.update');
/** `products.publish`. */
export const usePublishProduct = () => useCommand('products.publish');
/** `products.unpublish`. */
export const useUnpublishProduct = () => useCommand('products.unpublish');
/** `products.delete`. */
export const useDeleteProduct = () => useCommand('products.delete');
/** `templates.applyToMany`: starts a job. */
export const useApplyTemplate = () => useCommand('templates.applyToMany');
/** `templates.undoApply`: starts a job. */
export const useUndoApply = () => useCommand('templates.undoApply');
/** `keys.create`: answers the secret, once. */
export const useCreateKey = () => useCommand('keys.create');
/** `keys.import`: its input holds key texts, so its dry run does not go through the cache either. */
export const useImportKeys = () => useCommand('keys.import');
/** `keys.createFromTemplate`: answers the secret, once. */
export const useCreateKeyFromTemplate = () => useCommand('keys.createFromTemplate');
/** `keys.update`. */
export const useUpdateKey = () => useCommand('keys.update');
/** `keys.bulk`. */
export const useBulkKeys = () => useCommand('keys.bulk');
/** `keys.export`. */
export const useExportKeys = () => useCommand('keys.export');
/** `keys.rotate`: answers the new secret, once. */
export const useRotateKey = () => useCommand('keys.rotate');
/** `keys.endOverlap`. */
export const useEndOverlap = () => useCommand('keys.endOverlap');
/** `keys.extendOverlap`. */
export const useExtendOverlap = () => useCommand('keys.extendOverlap');
/** `keys.updateOverlap`. */
export const useUpdateOverlap = () => useCommand('keys.updateOverlap');
/** `keys.undoRotation`. */
export const useUndoRotation = () => useCommand('keys.undoRotation');
/** `keys.suspend`. */
export const useSuspendKey = () => useCommand('keys.suspend');
/** `keys.resume`. */
export const useResumeKey = () => useCommand('keys.resume');
/** `keys.revoke`. */
export const useRevokeKey = () => useCommand('keys.revoke');
/** `keys.restore`. */
export const useRestoreKey = () => useCommand('keys.restore');
/** `keys.identify`: a read, but its input may hold a secret: never through the cache, whose keys are inputs. */
export const useIdentify = () => useCommand('keys.identify');
/** `keys.identifyHashes`: what was pasted is hashed before it is asked about, and kept nowhere. */
export const useIdentifyHashes = () => useCommand('keys.identifyHashes');
/** `keys.simulate`: one try of a request, kept nowhere. */
export const useSimulate = () => useCommand('keys.simulate');
/** `enrolment.createToken`: answers the token, once. */
export const useCreateEnrolmentToken = () => useCommand('enrolment.createToken');
/** `enrolment.revokeToken`. */
export const useRevokeEnrolmentToken = () => useCommand('enrolment.revokeToken');
/** `selfTest.run`: takes about a second. */
export const useRunSelfTest = () => useCommand('selfTest.run');
/** `gateways.test`: takes up to 40 s. */
export const useTestGateway = () => useCommand('gateways.test');
/** `audit.export`. */
export const useExportAudit = () => useCommand('audit.export');
/** `audit.verify`. */
export const useVerifyAudit = () => useCommand('audit.verify');
/** `settings.update`. */
export const useUpdateSettings = () => useCommand('settings.update');
/** `ports.change`: answers a code, once. */
export const useChangePorts = () => useCommand('ports.change');
/** `ports.keep`. */
export const useKeepPorts = () => useCommand('ports.keep');
/** `ports.goBack`. */
export const useGoBackToPorts = () => useCommand('ports.goBack');
/** `tokens.create`: answers the token, once. */
export const useCreateToken = () => useCommand('tokens.create');
/** `tokens.revoke`. */
export const useRevokeToken = () => useCommand('tokens.revoke');
/** `peppers.rotate`. */
export const useRotatePepper = () => useCommand('peppers.rotate');
/** `peppers.drop`. */
export const useDropPepper = () => useCommand('peppers.drop');
/** `sessions.end`. */
export const useEndSession = () => useCommand('sessions.end');
/** `sessions.createPairingLink`. */
export const useCreatePairingLink = () => useCommand('sessions.createPairingLink');
/** `requests.startExport`. */
export const useStartExport = () => useCommand('requests.startExport');
/** `replay.start`: reads only; what it found is kept with its job. */
export const useStartReplay = () => useCommand('replay.start');
/** `replay.suggest`: reads a key's requests, some seconds for many. */
export const useSuggest = () => useCommand('replay.suggest');
/** `jobs.cancel`. */
export const useCancelJob = () => useCommand('jobs.cancel');
/** `views.save`. */
export const useSaveView = () => useCommand('views.save');
/** `views.delete`. */
export const useDeleteView = () => useCommand('views.delete');
/** `handoffs.create`: answers link and code, once. */
export const useCreateHandoff = () => useCommand('handoffs.create');
/** `handoffs.createSealed`: answers a file and its words, once. */
export const useCreateSealed = () => useCommand('handoffs.createSealed');
/** `handoffs.issueSealed`: answers a file and its words, once, and never the secret. */
export const useIssueSealed = () => useCommand('handoffs.issueSealed');
/** `handoffs.blindIssue`: answers link and code, once, and never the secret. */
export const useBlindIssue = () => useCommand('handoffs.blindIssue');
/** `handoffs.withdraw`. */
export const useWithdrawHandoff = () => useCommand('handoffs.withdraw');
/** `handoffs.withdrawAndRotate`: answers the new secret, once. */
export const useWithdrawAndRotate = () => useCommand('handoffs.withdrawAndRotate');
/** `handoffs.resend`: answers link and code, once. */
export const useResendHandoff = () => useCommand('handoffs.resend');
/** `accessRequests.approve`: answers link and code, or file and words, and the message to the contact, once. */
export const useApproveAccess = () => useCommand('accessRequests.approve');
/** `accessRequests.raise`. */
export const useRaiseAccess = () => useCommand('accessRequests.raise');
/** `accessRequests.reject`. */
export const useRejectAccess = () => useCommand('accessRequests.reject');
/** `accessRequests.ask`: answers the message to the contact, once. */
export const useAskApplicant = () => useCommand('accessRequests.ask');
/** `accessRequests.merge`. */
export const useMergeAccess = () => useCommand('accessRequests.merge');
/** `accessRequests.unmerge`. */
export const useUnmergeAccess = () => useCommand('accessRequests.unmerge');
/** `accessRequests.makeCode`: answers the message to the contact, once. */
export const useMakeContactCode = () => useCommand('accessRequests.makeCode');
/** `accessRequests.confirmContact`. */
export const useConfirmContact = () => useCommand('accessRequests.confirmContact');
/** `accessRequests.updateSettings`. */
export const useUpdateAccessSettings = () => useCommand('accessRequests.updateSettings');
/** `handoffs.previewList`: a read, of a text that is kept nowhere. */
export const usePreviewList = () => useCommand('handoffs.previewList');
/** `handoffs.issueLine`: answers link or file, once, and never the secret. */
export const useIssueLine = () => useCommand('handoffs.issueLine');
/** `handoffs.takeCode`: answers the words of a link, once. */
export const useTakeCode = () => useCommand('handoffs.takeCode');
/** `rotations.setHandoff`. */
export const useSetRotationHandoff = () => useCommand('rotations.setHandoff');
/** `handoffs.settle`. */
export const useSettleHandoff = () => useCommand('handoffs.settle');
/** `hygiene.dismissSharing`. */
export const useDismissSharing = () => useCommand('hygiene.dismissSharing');
/** `hygiene.reviewSharing`. */
export const useReviewSharing = () => useCommand('hygiene.reviewSharing');
/** `keys.split`. */
export const useSplitKey = () => useCommand('keys.split');
/** `keys.undoSplit`. */
export const useUndoSplit = () => useCommand('keys.undoSplit');
/** `leaks.match`: a read, of what was found in a text: kept nowhere. */
export const useMatchLeaks = () => useCommand('leaks.match');
/** `leaks.record`. */
export const useRecordLeak = () => useCommand('leaks.record');
/** `leaks.replace`: answers link and code, once, and never the secret. */
export const useReplaceLeaked = () => useCommand('leaks.replace');
/** `leaks.notify`. */
export const useNotifyOfLeak = () => useCommand('leaks.notify');
/** `leaks.close`. */
export const useCloseLeak = () => useCommand('leaks.close');
/** `blockedSources.add`. */
export const useBlockSources = () => useCommand('blockedSources.add');
/** `blockedSources.remove`. */
export const useUnblockSource = () => useCommand('blockedSources.remove');
/** `leaks.report`: a read, made anew each time it is saved. */
export const useLeakReport = () => useCommand('leaks.report');
/** `notices.createWebhook`. */
export const useCreateWebhook = () => useCommand('notices.createWebhook');
/** `notices.updateWebhook`. */
export const useUpdateWebhook = () => useCommand('notices.updateWebhook');
/** `notices.rotateWebhookSecret`. */
export const useRotateWebhookSecret = () => useCommand('notices.rotateWebhookSecret');
/** `notices.deleteWebhook`. */
export const useDeleteWebhook = () => useCommand('notices.deleteWebhook');
/** `notices.updateMail`. */
export const useUpdateMail = () => useCommand('notices.updateMail');
/** `notices.updateDesktop`. */
export const useUpdateDesktop = () => useCommand('notices.updateDesktop');
/** `notices.test`. */
export const useTestNotice = () => useCommand('notices.test');
/** `notices.mailContact`. */
export const useMailContact = () => useCommand('notices.mailContact');
/** `notices.replay`. */
export const useReplayNotice = () => useCommand('notices.replay');
/** `backups.create`. */
export const useCreateBackup = () => useCommand('backups.create');
/** `backups.restore`. */
export const useRestoreBackup = () => useCommand('backups.restore');
