import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useDesktop } from '#renderer/api/api-context.tsx';

/** Follows the desktop's menu and tray: they name a route, never an action. */
export function useDesktopRoutes(): void {
  const router = useRouter();
  const desktop = useDesktop();
  useEffect(
    () =>
      desktop.onNavigate((route) => {
        if (route.startsWith('/') && !route.startsWith('//')) router.history.push(route);
      }),
    [router, desktop],
  );
}
