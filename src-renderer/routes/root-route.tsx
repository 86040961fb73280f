import { createRootRoute, retainSearchParams } from '@tanstack/react-router';
import { z } from 'zod';
import { ENVIRONMENTS } from '#contract/key-policy.ts';
import { optionalWord } from '#renderer/format/search.ts';
import { NotFoundPage } from '#renderer/shell/route-states.tsx';
import { Shell } from '#renderer/shell/shell.tsx';

const rootSearch = z.object({ env: optionalWord(ENVIRONMENTS) });

/** The frame of every page. */
export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>) => rootSearch.parse(search),
  search: { middlewares: [retainSearchParams(['env'])] },
  component: Shell,
  notFoundComponent: NotFoundPage,
});
/** What every page of the window has for its parent. */
export const root = { getParentRoute: () => rootRoute } as const;
