import type { CallInput } from '#contract/contract.ts';
import { CATALOGUE, usePages, useRead, type ReadOptions } from './read.ts';

// One hook a read, in the order of the contract. Those of traffic, handoffs and access requests have files of their own.

/** Partners by name, optionally those whose name contains a text. */
export const usePartners = (input: CallInput<'partners.list'> = {}, options?: ReadOptions) =>
  useRead('partners.list', input, { ...CATALOGUE, ...options });
/** One partner. */
export const usePartner = (input: CallInput<'partners.get'>, options?: ReadOptions) =>
  useRead('partners.get', input, options);
/** What a partner is told of the last seven days. */
export const usePartnerDigest = (input: CallInput<'partners.digest'>, options?: ReadOptions) =>
  useRead('partners.digest', input, options);
/** Whether and when a partner is mailed its digest by itself. */
export const useDigestSchedule = (input: CallInput<'partners.digestSchedule'>, options?: ReadOptions) =>
  useRead('partners.digestSchedule', input, options);
/** Applications, of one partner or all. */
export const useApplications = (input: CallInput<'applications.list'> = {}, options?: ReadOptions) =>
  useRead('applications.list', input, { ...CATALOGUE, ...options });
/** All services. */
export const useServices = (options?: ReadOptions) =>
  useRead('services.list', {}, { ...CATALOGUE, ...options });
/** One service. */
export const useService = (input: CallInput<'services.get'>, options?: ReadOptions) =>
  useRead('services.get', input, options);
/** How keys are exchanged for tokens of a service. */
export const useTokenExchange = (input: CallInput<'tokenExchange.get'>, options?: ReadOptions) =>
  useRead('tokenExchange.get', input, options);
/** Endpoint catalogue of one service or all. */
export const useEndpoints = (input: CallInput<'endpoints.list'> = {}, options?: ReadOptions) =>
  useRead('endpoints.list', input, { ...CATALOGUE, ...options });
/** What an import would add and change. */
export const useImportPreview = (input: CallInput<'endpoints.preview'>, options?: ReadOptions) =>
  useRead('endpoints.preview', input, options);
/** Paths that keys asked for and the catalogue does not have; read from the log, so not kept up with it. */
export const useObservedEndpoints = (input: CallInput<'endpoints.observed'>, options?: ReadOptions) =>
  useRead('endpoints.observed', input, options);
/** Keys that may call each endpoint of a service, and its requests; read from the log, so not kept up with it. */
export const useEndpointUsage = (input: CallInput<'endpoints.usage'>) => useRead('endpoints.usage', input);
/** Who may call one endpoint. */
export const useEndpointUsers = (input: CallInput<'endpoints.users'>) => useRead('endpoints.users', input);
/** Scopes of one service or all. */
export const useScopes = (input: CallInput<'scopes.list'> = {}, options?: ReadOptions) =>
  useRead('scopes.list', input, { ...CATALOGUE, ...options });
/** All plans. */
export const usePlans = (options?: ReadOptions) => useRead('plans.list', {}, { ...CATALOGUE, ...options });
/** API products of one service or all, by name. */
export const useProducts = (input: CallInput<'products.list'> = {}, options?: ReadOptions) =>
  useRead('products.list', input, { ...CATALOGUE, ...options });
/** Templates that the person may use, by name. */
export const useTemplates = (input: CallInput<'templates.list'> = {}, options?: ReadOptions) =>
  useRead('templates.list', input, { ...CATALOGUE, ...options });
/** One template. */
export const useTemplate = (input: CallInput<'templates.get'>, options?: ReadOptions) =>
  useRead('templates.get', input, options);
/** Keys of a template page by page, with where they differ. */
export const useTemplateKeys = (input: Omit<CallInput<'templates.keys'>, 'cursor'>, options?: ReadOptions) =>
  usePages('templates.keys', input, options);
/** How many keys of a template differ from it, and in what. */
export const useTemplateDrift = (input: CallInput<'templates.drift'>, options?: ReadOptions) =>
  useRead('templates.drift', input, options);
/** How a template was last given to many keys. */
export const useAppliedTemplate = (input: CallInput<'templates.applied'>, options?: ReadOptions) =>
  useRead('templates.applied', input, options);
/** Keys page by page. */
export const useKeys = (input: Omit<CallInput<'keys.list'>, 'cursor'>, options?: ReadOptions) =>
  usePages('keys.list', input, options);
/** First page of keys with the total, for counts and short lists. */
export const useKeysPage = (input: CallInput<'keys.list'>, options?: ReadOptions) =>
  useRead('keys.list', { ...input, cursor: undefined }, options);
/** One key with everything about it but its secrets' text. */
export const useKey = (input: CallInput<'keys.get'>, options?: ReadOptions) =>
  useRead('keys.get', input, options);
/** Keys that a typed text fits. Never with the text of a key: the cache would keep it. */
export const useFoundKeys = (input: CallInput<'keys.find'>, options?: ReadOptions) =>
  useRead('keys.find', input, options);
/** The configuration of a reverse proxy for one service. */
export const useGatewayConfig = (input: CallInput<'gateways.config'>, options?: ReadOptions) =>
  useRead('gateways.config', input, options);
/** The newest revocations and suspensions, with how long they took to be in force. */
export const useRevocations = (input: CallInput<'keys.revocations'> = {}, options?: ReadOptions) =>
  useRead('keys.revocations', input, options);
/** How long the last withdrawal of a key took to be in force. */
export const useEnforcementOf = (input: CallInput<'keys.enforcement'>, options?: ReadOptions) =>
  useRead('keys.enforcement', input, options);
/** What a partner should know about a key. */
export const usePassport = (input: CallInput<'passport.get'>, options?: ReadOptions) =>
  useRead('passport.get', input, options);
/** What can be shown to others about an application. */
export const useApplicationPapers = (input: CallInput<'applications.papers'>) =>
  useRead('applications.papers', input);
/** What the limits of a key have left. */
export const useLimitsLeft = (input: CallInput<'keys.limits'>, options?: ReadOptions) =>
  useRead('keys.limits', input, options);
/** How much of their tightest limits keys have used, for the rows of a list that are in view. */
export const useTightestLimits = (input: CallInput<'keys.tightestLimits'>, options?: ReadOptions) =>
  useRead('keys.tightestLimits', input, options);
/** Keys that are to be rotated. */
export const useRotationsDue = (input: CallInput<'keys.rotationsDue'>, options?: ReadOptions) =>
  useRead('keys.rotationsDue', input, options);
/** Where notices go outside of the app. */
export const useNoticeSetup = () => useRead('notices.setup', {});
/** How they went, newest first. */
export const useDeliveries = (input: CallInput<'notices.deliveries'> = {}) =>
  useRead('notices.deliveries', input);
/** Quotas that reached a share of their limit, newest first. */
export const useNotices = (input: CallInput<'notices.list'> = {}, options?: ReadOptions) =>
  useRead('notices.list', input, options);
/** Audit trail page by page, newest first. */
export const useAudit = (input: Omit<CallInput<'audit.list'>, 'cursor'>, options?: ReadOptions) =>
  usePages('audit.list', input, options);
/** All settings. */
export const useSettings = (options?: ReadOptions) =>
  useRead('settings.get', {}, { ...CATALOGUE, ...options });
/** What a change of retention would remove. */
export const useRetentionPreview = (input: CallInput<'settings.previewRetention'>, options?: ReadOptions) =>
  useRead('settings.previewRetention', input, options);
/** Admin tokens, without their text. */
export const useTokens = (options?: ReadOptions) => useRead('tokens.list', {}, options);
/** How many dead keys a retention would remove. */
export const usePurgePreview = (input: CallInput<'settings.previewPurge'>, options?: ReadOptions) =>
  useRead('settings.previewPurge', input, options);
/** The peppers that are accepted, and what is kept under retired ones. */
export const usePeppers = (options?: ReadOptions) => useRead('peppers.status', {}, options);
/** Signed-in browsers. */
export const useSessions = (options?: ReadOptions) => useRead('sessions.list', {}, options);
/** Backups, newest first, and where they are. */
export const useBackups = (options?: ReadOptions) => useRead('backups.list', {}, options);
/** Whether sample data are there. */
export const useSamples = (options?: ReadOptions) => useRead('samples.get', {}, { ...CATALOGUE, ...options });
/** Keys that somebody should look at, by kind. */
export const useHygiene = (input: CallInput<'hygiene.board'>, options?: ReadOptions) =>
  useRead('hygiene.board', input, options);
/** Keys that were never used, by who has them. */
export const useUnusedByPerson = (input: CallInput<'hygiene.people'>, options?: ReadOptions) =>
  useRead('hygiene.people', input, options);
/** What a month brought, to be forwarded. */
export const useMonthlyReport = (input: CallInput<'reports.month'>) => useRead('reports.month', input);
/** Who uses keys, beside what is usual for them. */
export const useCallersOf = (input: CallInput<'hygiene.callers'>, options?: ReadOptions) =>
  useRead('hygiene.callers', input, options);
/** `hygiene.sharing`. */
export const useSharing = (input: CallInput<'hygiene.sharing'>, options?: ReadOptions) =>
  useRead('hygiene.sharing', input, options);
/** Saved views of a screen, by name. */
export const useViews = (input: CallInput<'views.list'>, options?: ReadOptions) =>
  useRead('views.list', input, { ...CATALOGUE, ...options });
/** Enrolment tokens of a key. */
export const useEnrolmentTokens = (input: CallInput<'enrolment.list'>, options?: ReadOptions) =>
  useRead('enrolment.list', input, options);
/** Child keys of a key page by page, newest first. */
export const useChildren = (input: Omit<CallInput<'enrolment.children'>, 'cursor'>, options?: ReadOptions) =>
  usePages('enrolment.children', input, options);
/** What became of the requests of children, by version or commit. */
export const useChildPivot = (input: CallInput<'enrolment.pivot'>, options?: ReadOptions) =>
  useRead('enrolment.pivot', input, options);
/** Where the listeners are, and a move of them that is being tried. */
export const usePorts = (options?: ReadOptions) => useRead('ports.get', {}, options);
/** Could a listener open this port now? */
export const usePortTest = (input: CallInput<'ports.test'>, options?: ReadOptions) =>
  useRead('ports.test', input, options);
/** Leaked keys, newest first. */
export const useLeaks = (input: CallInput<'leaks.list'>, options?: ReadOptions) =>
  useRead('leaks.list', input, options);
/** Addresses and networks from which no key works, newest first. */
export const useBlockedSources = () => useRead('blockedSources.list', {});
/** Whom a block would stop. */
export const useBlockPreview = (input: CallInput<'blockedSources.preview'>, options?: ReadOptions) =>
  useRead('blockedSources.preview', input, options);
/** One leaked key, with what the log knows of it. */
export const useLeak = (input: CallInput<'leaks.get'>, options?: ReadOptions) =>
  useRead('leaks.get', input, options);
/** How large the databases are and how they grow. */
export const useStorage = () => useRead('storage.get', {});
/** State of the server. */
export const useStatus = (options?: ReadOptions) => useRead('system.status', {}, options);
/** The result of the last self-test. */
export const useLastSelfTest = () => useRead('selfTest.last', {});
/** What somebody who helps needs to know of this installation; made anew for each look. */
export const useDiagnostics = (input: CallInput<'system.diagnostics'>) =>
  useRead('system.diagnostics', input);
/** Long work: what waits, runs and has ended, newest first. */
export const useJobs = (options?: ReadOptions) => useRead('jobs.list', {}, options);
/** Who am I, and as what. */
export const useWhoami = (options?: ReadOptions) =>
  useRead('system.whoami', {}, { ...CATALOGUE, ...options });
