import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { applicationId, partnerId } from '#contract/ids.ts';
import { accessSearch } from '#renderer/access-requests/access-search.ts';
import { optionalText } from '#renderer/format/search.ts';
import { handoffSearch } from '#renderer/handoffs/handoff-search.ts';
import { onboardingSearch } from '#renderer/onboarding/onboarding-steps.ts';
import { idOfAddress } from './id-of-address.ts';
import { root } from './root-route.tsx';

const partnersRoute = createRoute({
  ...root,
  path: '/partners',
  validateSearch: (search: Record<string, unknown>) => z.object({ text: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/partners/partners-page.tsx'), 'PartnersPage'),
});

const importPartnersRoute = createRoute({
  ...root,
  path: '/partners/import',
  component: lazyRouteComponent(
    () => import('#renderer/partners/import-partners-page.tsx'),
    'ImportPartnersPage',
  ),
});

const onboardingRoute = createRoute({
  ...root,
  path: '/partners/onboard',
  validateSearch: (search: Record<string, unknown>) => onboardingSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/onboarding/onboarding-page.tsx'), 'OnboardingPage'),
});

const papersRoute = createRoute({
  ...root,
  path: '/partners/papers/$applicationId',
  params: {
    parse: (raw) => ({ applicationId: idOfAddress(applicationId, raw.applicationId) }),
    stringify: (params) => ({ applicationId: params.applicationId }),
  },
  component: lazyRouteComponent(() => import('#renderer/passport/papers-page.tsx'), 'PapersPage'),
});

const partnerRoute = createRoute({
  ...root,
  path: '/partners/$partnerId',
  params: {
    parse: (raw) => ({ partnerId: idOfAddress(partnerId, raw.partnerId) }),
    stringify: (params) => ({ partnerId: params.partnerId }),
  },
  component: lazyRouteComponent(() => import('#renderer/partners/partner-page.tsx'), 'PartnerPage'),
});

const handoffsRoute = createRoute({
  ...root,
  path: '/handoffs',
  validateSearch: (search: Record<string, unknown>) => handoffSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/handoffs/handoffs-page.tsx'), 'HandoffsPage'),
});

const issueListRoute = createRoute({
  ...root,
  path: '/handoffs/list',
  component: lazyRouteComponent(() => import('#renderer/handoffs/issue-list-page.tsx'), 'IssueListPage'),
});

const accessRequestsRoute = createRoute({
  ...root,
  path: '/access-requests',
  validateSearch: (search: Record<string, unknown>) => accessSearch.parse(search),
  component: lazyRouteComponent(
    () => import('#renderer/access-requests/access-page.tsx'),
    'AccessRequestsPage',
  ),
});

/** Pages of partners, and of how keys reach them. */
export const peopleRoutes = [
  partnersRoute,
  importPartnersRoute,
  onboardingRoute,
  papersRoute,
  partnerRoute,
  handoffsRoute,
  issueListRoute,
  accessRequestsRoute,
] as const;
