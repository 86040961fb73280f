import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { z } from 'zod';
import {
  applicationId,
  jobId,
  keyId,
  leakId,
  partnerId,
  requestId,
  serviceId,
  templateId,
} from '#contract/ids.ts';
import { ENVIRONMENTS } from '#contract/key-policy.ts';
import { accessSearch } from './access-requests/access-search.ts';
import { auditSearch } from './audit/audit-search.ts';
import { optionalText, optionalWord } from './format/search.ts';
import { handoffSearch } from './handoffs/handoff-search.ts';
import { keyDetailSearch } from './key-detail/key-detail-search.ts';
import { createKeySearch, keysSearch } from './keys/keys-search.ts';
import { onboardingSearch } from './onboarding/onboarding-steps.ts';
import { leakSearch } from './leaks/leak-search.ts';
import { onCallSearch } from './overview/on-call-search.ts';
import { requestSearch } from './requests/request-search.ts';
import { NotFoundPage, RouteError } from './shell/route-states.tsx';
import { Shell } from './shell/shell.tsx';
import { HomePage } from './welcome/home-page.tsx';
import { welcomeSearch } from './welcome/welcome-steps.ts';

const rootSearch = z.object({ env: optionalWord(ENVIRONMENTS) });

const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>) => rootSearch.parse(search),
  search: { middlewares: [retainSearchParams(['env'])] },
  component: Shell,
  notFoundComponent: NotFoundPage,
});
const root = { getParentRoute: () => rootRoute } as const;

const homeRoute = createRoute({
  ...root,
  path: '/',
  component: HomePage,
});

const welcomeRoute = createRoute({
  ...root,
  path: '/welcome',
  validateSearch: (search: Record<string, unknown>) => welcomeSearch.parse(search),
  component: lazyRouteComponent(() => import('./welcome/welcome-page.tsx'), 'WelcomePage'),
});

const overviewRoute = createRoute({
  ...root,
  path: '/overview',
  validateSearch: (search: Record<string, unknown>) => z.object({ range: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const onCallRoute = createRoute({
  ...root,
  path: '/overview/on-call',
  validateSearch: (search: Record<string, unknown>) => onCallSearch.parse(search),
  component: lazyRouteComponent(() => import('./overview/on-call-page.tsx'), 'OnCallPage'),
});

const reportRoute = createRoute({
  ...root,
  path: '/overview/report',
  validateSearch: (search: Record<string, unknown>) => z.object({ month: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('./passport/report-page.tsx'), 'ReportPage'),
});

const keysRoute = createRoute({
  ...root,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>) => keysSearch.parse(search),
  component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
});

const newKeyRoute = createRoute({
  ...root,
  path: '/keys/new',
  validateSearch: (search: Record<string, unknown>) => createKeySearch.parse(search),
  component: lazyRouteComponent(() => import('./keys/create-key-page.tsx'), 'CreateKeyPage'),
});

const importKeysRoute = createRoute({
  ...root,
  path: '/keys/import',
  component: lazyRouteComponent(() => import('./key-import/import-keys-page.tsx'), 'ImportKeysPage'),
});

const keyRoute = createRoute({
  ...root,
  path: '/keys/$keyId',
  params: {
    parse: (raw) => ({ keyId: keyId.parse(raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  validateSearch: (search: Record<string, unknown>) => keyDetailSearch.parse(search),
  component: lazyRouteComponent(() => import('./key-detail/key-detail-page.tsx'), 'KeyDetailPage'),
});

const passportRoute = createRoute({
  ...root,
  path: '/keys/$keyId/passport',
  params: {
    parse: (raw) => ({ keyId: keyId.parse(raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  component: lazyRouteComponent(() => import('./passport/passport-page.tsx'), 'PassportPage'),
});

const sharingRoute = createRoute({
  ...root,
  path: '/keys/$keyId/sharing',
  params: {
    parse: (raw) => ({ keyId: keyId.parse(raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  component: lazyRouteComponent(() => import('./hygiene/sharing-page.tsx'), 'SharingPage'),
});

const requestsRoute = createRoute({
  ...root,
  path: '/requests',
  validateSearch: (search: Record<string, unknown>) => requestSearch.parse(search),
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
});

const requestRoute = createRoute({
  ...root,
  path: '/requests/$requestId',
  params: {
    parse: (raw) => ({ requestId: requestId.parse(raw.requestId) }),
    stringify: (params) => ({ requestId: params.requestId }),
  },
  component: lazyRouteComponent(() => import('./requests/request-page.tsx'), 'RequestPage'),
});

const hygieneRoute = createRoute({
  ...root,
  path: '/hygiene',
  component: lazyRouteComponent(() => import('./hygiene/hygiene-page.tsx'), 'HygienePage'),
});

const leaksRoute = createRoute({
  ...root,
  path: '/leaks',
  validateSearch: (search: Record<string, unknown>) => leakSearch.parse(search),
  component: lazyRouteComponent(() => import('./leaks/leaks-page.tsx'), 'LeaksPage'),
});

const incidentRoute = createRoute({
  ...root,
  path: '/leaks/$leakId',
  params: {
    parse: (raw) => ({ leakId: leakId.parse(raw.leakId) }),
    stringify: (params) => ({ leakId: params.leakId }),
  },
  component: lazyRouteComponent(() => import('./leaks/incident-page.tsx'), 'IncidentPage'),
});

const partnersRoute = createRoute({
  ...root,
  path: '/partners',
  validateSearch: (search: Record<string, unknown>) => z.object({ text: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('./partners/partners-page.tsx'), 'PartnersPage'),
});

const importPartnersRoute = createRoute({
  ...root,
  path: '/partners/import',
  component: lazyRouteComponent(() => import('./partners/import-partners-page.tsx'), 'ImportPartnersPage'),
});

const onboardingRoute = createRoute({
  ...root,
  path: '/partners/onboard',
  validateSearch: (search: Record<string, unknown>) => onboardingSearch.parse(search),
  component: lazyRouteComponent(() => import('./onboarding/onboarding-page.tsx'), 'OnboardingPage'),
});

const papersRoute = createRoute({
  ...root,
  path: '/partners/papers/$applicationId',
  params: {
    parse: (raw) => ({ applicationId: applicationId.parse(raw.applicationId) }),
    stringify: (params) => ({ applicationId: params.applicationId }),
  },
  component: lazyRouteComponent(() => import('./passport/papers-page.tsx'), 'PapersPage'),
});

const partnerRoute = createRoute({
  ...root,
  path: '/partners/$partnerId',
  params: {
    parse: (raw) => ({ partnerId: partnerId.parse(raw.partnerId) }),
    stringify: (params) => ({ partnerId: params.partnerId }),
  },
  component: lazyRouteComponent(() => import('./partners/partner-page.tsx'), 'PartnerPage'),
});

const issueListRoute = createRoute({
  ...root,
  path: '/handoffs/list',
  component: lazyRouteComponent(() => import('./handoffs/issue-list-page.tsx'), 'IssueListPage'),
});

const handoffsRoute = createRoute({
  ...root,
  path: '/handoffs',
  validateSearch: (search: Record<string, unknown>) => handoffSearch.parse(search),
  component: lazyRouteComponent(() => import('./handoffs/handoffs-page.tsx'), 'HandoffsPage'),
});

const accessRequestsRoute = createRoute({
  ...root,
  path: '/access-requests',
  validateSearch: (search: Record<string, unknown>) => accessSearch.parse(search),
  component: lazyRouteComponent(() => import('./access-requests/access-page.tsx'), 'AccessRequestsPage'),
});

const servicesRoute = createRoute({
  ...root,
  path: '/services',
  component: lazyRouteComponent(() => import('./services/services-page.tsx'), 'ServicesPage'),
});

const serviceSearch = z.object({
  tab: optionalWord(['endpoints', 'scopes', 'products', 'connect', 'tokens', 'gateways']),
  text: optionalText,
});
const serviceRoute = createRoute({
  ...root,
  path: '/services/$serviceId',
  params: {
    parse: (raw) => ({ serviceId: serviceId.parse(raw.serviceId) }),
    stringify: (params) => ({ serviceId: params.serviceId }),
  },
  validateSearch: (search: Record<string, unknown>) => serviceSearch.parse(search),
  component: lazyRouteComponent(() => import('./services/service-page.tsx'), 'ServicePage'),
});

const templatesRoute = createRoute({
  ...root,
  path: '/templates',
  component: lazyRouteComponent(() => import('./templates/templates-page.tsx'), 'TemplatesPage'),
});

const optionalTemplate = templateId.optional().catch(undefined);

const newTemplateRoute = createRoute({
  ...root,
  path: '/templates/new',
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ from: optionalTemplate, key: keyId.optional().catch(undefined) }).parse(search),
  component: lazyRouteComponent(() => import('./templates/template-page.tsx'), 'NewTemplatePage'),
});

const compareTemplatesRoute = createRoute({
  ...root,
  path: '/templates/compare',
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ a: optionalTemplate, b: optionalTemplate }).parse(search),
  component: lazyRouteComponent(
    () => import('./templates/compare-templates-page.tsx'),
    'CompareTemplatesPage',
  ),
});

const templateRoute = createRoute({
  ...root,
  path: '/templates/$templateId',
  params: {
    parse: (raw) => ({ templateId: templateId.parse(raw.templateId) }),
    stringify: (params) => ({ templateId: params.templateId }),
  },
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ replay: jobId.optional().catch(undefined) }).parse(search),
  component: lazyRouteComponent(() => import('./templates/template-page.tsx'), 'TemplatePage'),
});

const auditRoute = createRoute({
  ...root,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>) => auditSearch.parse(search),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

const settingsRoute = createRoute({
  ...root,
  path: '/settings/$section',
  validateSearch: (search: Record<string, unknown>) => z.object({ find: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const settingsHomeRoute = createRoute({
  ...root,
  path: '/settings',
  beforeLoad: () => redirect({ to: '/settings/$section', params: { section: 'server' }, throw: true }),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  welcomeRoute,
  overviewRoute,
  onCallRoute,
  reportRoute,
  keysRoute,
  newKeyRoute,
  importKeysRoute,
  keyRoute,
  passportRoute,
  sharingRoute,
  requestsRoute,
  requestRoute,
  hygieneRoute,
  leaksRoute,
  incidentRoute,
  partnersRoute,
  importPartnersRoute,
  onboardingRoute,
  papersRoute,
  partnerRoute,
  handoffsRoute,
  issueListRoute,
  accessRequestsRoute,
  servicesRoute,
  serviceRoute,
  templatesRoute,
  newTemplateRoute,
  compareTemplatesRoute,
  templateRoute,
  auditRoute,
  settingsRoute,
  settingsHomeRoute,
]);

/** Plain words in the address: lists joined by commas, nothing quoted, so that people can read and edit it. */
function stringifySearch(search: Record<string, unknown>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (typeof text === 'number' || (typeof text === 'string' && text !== '')) words.set(name, `${text}`);
  }
  const text = words.toString();
  return text === '' ? '' : `?${text}`;
}

/** The pages and their addresses, behind the `#` so that the server needs to know none of them. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    history: createHashHistory(),
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFoundPage,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
