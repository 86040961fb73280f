import { Navigate, useRouterState } from '@tanstack/react-router';
import { useKeysPage, usePartners, useServices } from '#renderer/api/queries.ts';

/** Where a start leads: to the first steps while there is nothing at all, else to the keys. */
export function HomePage() {
  const services = useServices();
  const partners = usePartners();
  const keys = useKeysPage({ limit: 1 });
  // Somebody may have gone elsewhere meanwhile, while that page is still being fetched: they are not called back.
  const isHere = useRouterState({ select: ({ location }) => location.pathname === '/' });
  const hasFailed = [services, partners, keys].some(({ error }) => error !== null);
  const counts = [services.data?.items.length, partners.data?.items.length, keys.data?.total];
  if (!hasFailed && counts.some((count) => count === undefined)) return null;
  if (!isHere) return null;
  const isEmpty = !hasFailed && counts.every((count) => count === 0);
  return <Navigate to={isEmpty ? '/welcome' : '/keys'} replace />;
}
