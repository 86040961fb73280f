import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { z } from 'zod';
import { jobId, keyId, serviceId, templateId } from '#contract/ids.ts';
import { auditSearch } from '#renderer/audit/audit-search.ts';
import { optionalText, optionalWord } from '#renderer/format/search.ts';
import { idOfAddress } from './id-of-address.ts';
import { root } from './root-route.tsx';

const servicesRoute = createRoute({
  ...root,
  path: '/services',
  component: lazyRouteComponent(() => import('#renderer/services/services-page.tsx'), 'ServicesPage'),
});

const serviceSearch = z.object({
  tab: optionalWord(['endpoints', 'scopes', 'products', 'connect', 'tokens', 'gateways']),
  text: optionalText,
});
const serviceRoute = createRoute({
  ...root,
  path: '/services/$serviceId',
  params: {
    parse: (raw) => ({ serviceId: idOfAddress(serviceId, raw.serviceId) }),
    stringify: (params) => ({ serviceId: params.serviceId }),
  },
  validateSearch: (search: Record<string, unknown>) => serviceSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/services/service-page.tsx'), 'ServicePage'),
});

const templatesRoute = createRoute({
  ...root,
  path: '/templates',
  component: lazyRouteComponent(() => import('#renderer/templates/templates-page.tsx'), 'TemplatesPage'),
});

const optionalTemplate = templateId.optional().catch(undefined);

const newTemplateRoute = createRoute({
  ...root,
  path: '/templates/new',
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ from: optionalTemplate, key: keyId.optional().catch(undefined) }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/templates/template-page.tsx'), 'NewTemplatePage'),
});

const compareTemplatesRoute = createRoute({
  ...root,
  path: '/templates/compare',
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ a: optionalTemplate, b: optionalTemplate }).parse(search),
  component: lazyRouteComponent(
    () => import('#renderer/templates/compare-templates-page.tsx'),
    'CompareTemplatesPage',
  ),
});

const templateRoute = createRoute({
  ...root,
  path: '/templates/$templateId',
  params: {
    parse: (raw) => ({ templateId: idOfAddress(templateId, raw.templateId) }),
    stringify: (params) => ({ templateId: params.templateId }),
  },
  validateSearch: (search: Record<string, unknown>) =>
    z.object({ replay: jobId.optional().catch(undefined) }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/templates/template-page.tsx'), 'TemplatePage'),
});

const auditRoute = createRoute({
  ...root,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>) => auditSearch.parse(search),
  component: lazyRouteComponent(() => import('#renderer/audit/audit-page.tsx'), 'AuditPage'),
});

const settingsRoute = createRoute({
  ...root,
  path: '/settings/$section',
  validateSearch: (search: Record<string, unknown>) => z.object({ find: optionalText }).parse(search),
  component: lazyRouteComponent(() => import('#renderer/settings/settings-page.tsx'), 'SettingsPage'),
});

const settingsHomeRoute = createRoute({
  ...root,
  path: '/settings',
  beforeLoad: () => redirect({ to: '/settings/$section', params: { section: 'server' }, throw: true }),
});

/** Pages of what keys may call, of the record and of the settings. */
export const policyRoutes = [
  servicesRoute,
  serviceRoute,
  templatesRoute,
  newTemplateRoute,
  compareTemplatesRoute,
  templateRoute,
  auditRoute,
  settingsRoute,
  settingsHomeRoute,
] as const;
