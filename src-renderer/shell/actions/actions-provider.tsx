import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { ShortcutContext, SingleKeysContext, type ShownShortcut } from '#renderer/ui/shortcut-context.ts';
import type { ActionId } from '#contract/actions.ts';
import { ActionRegistry } from './action-registry.ts';
import { ActionsContext, ShortcutChoicesContext } from './actions-context.ts';
import { ariaKeys, shownKeys } from './chord.ts';
import { readChoices, workingKeys, type ShortcutChoices } from './shortcut-choices.ts';

const STORAGE_KEY = 'latchkey.shortcuts';

/** Does the keyboard have a Command key? */
export function hasCommandKey(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}

/** Keeps what is offered and which shortcuts lead there, for everything below. */
export function ActionsProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(() => new ActionRegistry());
  const [choices, setChoices] = useState(() => readChoices(localStorage.getItem(STORAGE_KEY)));
  const change = useCallback((next: ShortcutChoices) => {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
    setChoices(next);
  }, []);
  const shown = useCallback(
    (id: ActionId): ShownShortcut | null => {
      const keys = workingKeys(id, choices);
      const isMac = hasCommandKey();
      return keys === null ? null : { text: shownKeys(keys, isMac), aria: ariaKeys(keys, isMac) };
    },
    [choices],
  );
  const kept = useMemo(() => ({ choices, change }), [choices, change]);
  return (
    <ActionsContext value={registry}>
      <ShortcutChoicesContext value={kept}>
        <SingleKeysContext value={choices.hasSingleKeys}>
          <ShortcutContext value={shown}>{children}</ShortcutContext>
        </SingleKeysContext>
      </ShortcutChoicesContext>
    </ActionsContext>
  );
}
