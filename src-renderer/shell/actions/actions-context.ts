import { createContext, use } from 'react';
import type { ActionRegistry } from './action-registry.ts';
import { DEFAULT_CHOICES, type ShortcutChoices } from './shortcut-choices.ts';

/** What is offered now. */
export const ActionsContext = createContext<ActionRegistry | null>(null);

/** What is offered now. */
export function useActions(): ActionRegistry {
  const registry = use(ActionsContext);
  if (registry === null) throw new Error('ActionsContext is not provided.');
  return registry;
}

interface KeptChoices {
  readonly choices: ShortcutChoices;
  readonly change: (next: ShortcutChoices) => void;
}

/** The person's changes to the shortcuts, and the means to change them. */
export const ShortcutChoicesContext = createContext<KeptChoices>({
  choices: DEFAULT_CHOICES,
  change: () => undefined,
});

/** The person's changes to the shortcuts, and the means to change them. */
export function useShortcutChoices(): KeptChoices {
  return use(ShortcutChoicesContext);
}
