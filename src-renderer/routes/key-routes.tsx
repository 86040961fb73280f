import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { keyId, leakId, requestId } from '#contract/ids.ts';
import { optionalText } from '#renderer/format/search.ts';
import { keyDetailSearch } from '#renderer/key-detail/key-detail-search.ts';
import { createKeySearch, keysSearch } from '#renderer/keys/keys-search.ts';
import { leakSearch } from '#renderer/leaks/leak-search.ts';
import { onCallSearch } from '#renderer/overview/on-call-search.ts';
import { requestSearch } from '#renderer/requests/request-search.ts';
import { HomePage } from '#renderer/welcome/home-page.tsx';
import { welcomeSearch } from '#renderer/welcome/welcome-steps.ts';
import { idOfAddress } from './id-of-address.ts';
import { root } from './root-route.tsx';

const homeRoute = createRoute({
  ...root,
  path: '/',
  component: HomePage,
});

const welcomeRoute = createRoute({
  ...root,
  path: '/welcome',
  validateSearch: (search: Record<string, unknown>) => welcomeSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/welcome/welcome-page.tsx'), 'WelcomePage'),
});

const overviewRoute = createRoute({
  ...root,
  path: '/overview',
  validateSearch: (search: Record<string, unknown>) => z.object({ range: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/overview/overview-page.tsx'), 'OverviewPage'),
});

const onCallRoute = createRoute({
  ...root,
  path: '/overview/on-call',
  validateSearch: (search: Record<string, unknown>) => onCallSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/overview/on-call-page.tsx'), 'OnCallPage'),
});

const reportRoute = createRoute({
  ...root,
  path: '/overview/report',
  validateSearch: (search: Record<string, unknown>) => z.object({ month: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/passport/report-page.tsx'), 'ReportPage'),
});

const keysRoute = createRoute({
  ...root,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>) => keysSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/keys/keys-page.tsx'), 'KeysPage'),
});

const newKeyRoute = createRoute({
  ...root,
  path: '/keys/new',
  validateSearch: (search: Record<string, unknown>) => createKeySearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/keys/create-key-page.tsx'), 'CreateKeyPage'),
});

const importKeysRoute = createRoute({
  ...root,
  path: '/keys/import',
  component: lazyRouteComponent(() => import('#renderer/key-import/import-keys-page.tsx'), 'ImportKeysPage'),
});

const keyRoute = createRoute({
  ...root,
  path: '/keys/$keyId',
  params: {
    parse: (raw) => ({ keyId: idOfAddress(keyId, raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  validateSearch: (search: Record<string, unknown>) => keyDetailSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/key-detail/key-detail-page.tsx'), 'KeyDetailPage'),
});

const passportRoute = createRoute({
  ...root,
  path: '/keys/$keyId/passport',
  params: {
    parse: (raw) => ({ keyId: idOfAddress(keyId, raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  component: lazyRouteComponent(() => import('#renderer/passport/passport-page.tsx'), 'PassportPage'),
});

const sharingRoute = createRoute({
  ...root,
  path: '/keys/$keyId/sharing',
  params: {
    parse: (raw) => ({ keyId: idOfAddress(keyId, raw.keyId) }),
    stringify: (params) => ({ keyId: params.keyId }),
  },
  component: lazyRouteComponent(() => import('#renderer/hygiene/sharing-page.tsx'), 'SharingPage'),
});

const requestsRoute = createRoute({
  ...root,
  path: '/requests',
  validateSearch: (search: Record<string, unknown>) => requestSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/requests/requests-page.tsx'), 'RequestsPage'),
});

const requestRoute = createRoute({
  ...root,
  path: '/requests/$requestId',
  params: {
    parse: (raw) => ({ requestId: idOfAddress(requestId, raw.requestId) }),
    stringify: (params) => ({ requestId: params.requestId }),
  },
  component: lazyRouteComponent(() => import('#renderer/requests/request-page.tsx'), 'RequestPage'),
});

const hygieneRoute = createRoute({
  ...root,
  path: '/hygiene',
  component: lazyRouteComponent(() => import('#renderer/hygiene/hygiene-page.tsx'), 'HygienePage'),
});

const unusedPeopleRoute = createRoute({
  ...root,
  path: '/hygiene/people',
  component: lazyRouteComponent(() => import('#renderer/hygiene/unused-people-page.tsx'), 'UnusedPeoplePage'),
});

const leaksRoute = createRoute({
  ...root,
  path: '/leaks',
  validateSearch: (search: Record<string, unknown>) => leakSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/leaks/leaks-page.tsx'), 'LeaksPage'),
});

const incidentRoute = createRoute({
  ...root,
  path: '/leaks/$leakId',
  params: {
    parse: (raw) => ({ leakId: idOfAddress(leakId, raw.leakId) }),
    stringify: (params) => ({ leakId: params.leakId }),
  },
  component: lazyRouteComponent(() => import('#renderer/leaks/incident-page.tsx'), 'IncidentPage'),
});

/** Pages of keys and of what was asked with them. */
export const keyRoutes = [
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
  unusedPeopleRoute,
  leaksRoute,
  incidentRoute,
] as const;
