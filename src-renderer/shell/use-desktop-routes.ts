import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { ACTION_IDS, actionSpec } from '#contract/actions.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { useActions } from './actions/actions-context.ts';

/** Follows the desktop's menu and tray: they name a route, or an action of the catalogue that something on screen offers. */
export function useDesktopRoutes(): void {
  const router = useRouter();
  const desktop = useDesktop();
  const registry = useActions();
  const { say } = useToasts();
  const act = useEffectEvent((name: string) => {
    const id = ACTION_IDS.find((candidate) => candidate === name);
    const action = id === undefined ? undefined : registry.find(id);
    if (action !== undefined && action.disabledReason === undefined) action.run();
    else if (id !== undefined)
      say(`${actionSpec(id).label}: not possible here.`, {
        detail: action?.disabledReason ?? 'Show what it is about first, for example a key.',
      });
  });
  useEffect(
    () =>
      desktop.onNavigate((route) => {
        if (route.startsWith('/') && !route.startsWith('//')) router.history.push(route);
      }),
    [router, desktop],
  );
  useEffect(() => desktop.onAction((name) => act(name)), [desktop]);
}
