import { actionSpec, ACTION_IDS } from '#contract/actions.ts';
import type { Call } from './running-app.ts';
import { routedPaths } from './routed-paths.ts';
import { seedTeam } from './seed-team.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';

/** Every route of the screens with something to show, their tabs and inspectors too. Throws when the router has one that is not here. */
export async function everyRoute(
  call: Call,
  serviceUrl: string,
): Promise<{ readonly routes: readonly string[]; readonly seeded: SeededTrade }> {
  const seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
  const { handoff } = await call('handoffs.create', {
    keyId: seeded.keyId,
    source: { kind: 'given', secret: seeded.secret },
    channel: 'clipboard',
    recipientName: 'Dana Doe',
    note: 'For the vault of the feed.',
  });
  const leak = await call('leaks.record', { keyId: seeded.keyId, place: 'a public gist' });
  const templates = await call('templates.list', {});
  const { requestId } = await verify(serviceUrl, seeded.serviceToken, {
    key: seeded.secret,
    method: 'GET',
    path: '/inventory/7',
  });
  const sections = ACTION_IDS.filter((id) => id.startsWith('settings.')).map((id) =>
    actionSpec(id).where.name.toLowerCase(),
  );
  const routes = [
    '/overview',
    '/overview/on-call',
    '/overview/report',
    '/welcome',
    '/keys',
    `/keys?key=${seeded.keyId}`,
    '/keys/new',
    '/keys/import',
    ...['traffic', 'scopes', 'requests', 'secrets', 'children', 'handoffs', 'history'].map(
      (tab) => `/keys/${seeded.keyId}?tab=${tab}`,
    ),
    `/keys/${seeded.keyId}/passport`,
    `/keys/${seeded.keyId}/sharing`,
    '/requests',
    `/requests/${requestId}`,
    '/partners',
    '/partners/import',
    '/partners/onboard',
    `/partners/onboard?partner=${seeded.partnerId}`,
    `/partners/papers/${seeded.applicationId}`,
    `/partners/${seeded.partnerId}`,
    '/access-requests',
    '/handoffs',
    '/handoffs/list',
    `/handoffs?id=${handoff.id}`,
    '/services',
    ...['endpoints', 'scopes', 'connect', 'tokens', 'gateways'].map(
      (tab) => `/services/${seeded.serviceId}?tab=${tab}`,
    ),
    '/templates',
    '/templates/new',
    '/templates/compare',
    `/templates/${templates.items[0]?.id ?? ''}`,
    '/audit',
    ...sections.map((section) => `/settings/${section}`),
    '/hygiene',
    '/hygiene/people',
    '/leaks',
    `/leaks/${leak.id}`,
    '/nowhere',
  ];
  const shapes = routedPaths().filter((path) => path !== '/' && path !== '/settings');
  const missing = shapes.filter((shape) => {
    const pattern = new RegExp(`^${shape.replaceAll(/\$\w+/g, '[^/?]+')}(?:\\?|$)`);
    return !routes.some((route) => pattern.test(route));
  });
  if (missing.length > 0) throw new Error(`Routes that no test of every route visits: ${missing.join(', ')}`);
  return { routes, seeded };
}
