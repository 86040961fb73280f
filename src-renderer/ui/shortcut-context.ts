import { createContext, use } from 'react';
import type { ActionId } from '#contract/actions.ts';

/** A shortcut in words, for eyes and for ears. */
export interface ShownShortcut {
  /** `Ctrl K`. */
  readonly text: string;
  /** Value of `aria-keyshortcuts`; undefined where it has no words. */
  readonly aria: string | undefined;
}

/** Tells the shortcut that an action has now; null: none. */
export const ShortcutContext = createContext<(id: ActionId) => ShownShortcut | null>(() => null);

/** Do keys that type a sign do anything by themselves? */
export const SingleKeysContext = createContext(true);

/** The shortcut of an action as it is now; null when it has none or no action is named. */
export function useShownShortcut(id: ActionId | undefined): ShownShortcut | null {
  const shown = use(ShortcutContext);
  return id === undefined ? null : shown(id);
}
