import { createHashHistory, createRouter } from '@tanstack/react-router';
import { NotFoundPage, RouteError } from './shell/route-states.tsx';
import { keyRoutes } from './routes/key-routes.tsx';
import { peopleRoutes } from './routes/people-routes.tsx';
import { policyRoutes } from './routes/policy-routes.tsx';
import { rootRoute } from './routes/root-route.tsx';

const routeTree = rootRoute.addChildren([...keyRoutes, ...peopleRoutes, ...policyRoutes]);

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
