import { useId, useLayoutEffect } from 'react';
import type { OfferedAction } from './action-registry.ts';
import { useActions } from './actions-context.ts';

/** Offers a page's or a panel's actions while it is on screen: to the palette, the shortcuts, the help sheet and the desktop's menus.
 *  Ids come from the catalogue in `#contract/actions.ts`; an action that is not possible now tells its `disabledReason`.
 *
 *      usePageActions([{ id: 'key.rotate', detail: key.name, run: () => actions.rotate(key), disabledReason }]);
 *
 *  Single keys do nothing while a person types, in dialogs and menus, or when they are switched off; pages need not ask. */
export function usePageActions(actions: readonly OfferedAction[]): void {
  const registry = useActions();
  const part = useId();
  // After every drawing: what runs is what the page shows. Nothing is drawn because of it.
  useLayoutEffect(() => registry.offer(part, actions));
  useLayoutEffect(() => () => registry.withdraw(part), [registry, part]);
}
