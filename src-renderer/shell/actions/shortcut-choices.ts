import { z } from 'zod';
import { ACTION_IDS, actionSpec, type ActionId } from '#contract/actions.ts';
import { collide, isShortcut, isSingleKey, RESERVED_KEYS } from './chord.ts';

const choicesSchema = z.object({
  hasSingleKeys: z.boolean().catch(true),
  keys: z.record(z.string(), z.string().max(40).refine(isShortcut).nullable()).catch({}),
});

/** What a person changed about the shortcuts. It belongs to this browser or window. */
export interface ShortcutChoices {
  /** false: no key that types a sign does anything by itself. */
  readonly hasSingleKeys: boolean;
  /** Changed shortcuts by action; null: switched off. */
  readonly keys: Readonly<Record<string, string | null>>;
}

export const DEFAULT_CHOICES: ShortcutChoices = { hasSingleKeys: true, keys: {} };

/** Reads stored choices; what cannot be read counts as unchanged. */
export function readChoices(text: string | null): ShortcutChoices {
  if (text === null) return DEFAULT_CHOICES;
  try {
    return choicesSchema.parse(JSON.parse(text));
  } catch (error) {
    // Somebody else's text, or one of a former version.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return DEFAULT_CHOICES;
    throw error;
  }
}

/** The shortcut that an action has now, also while single keys are switched off; null: none. */
export function chosenKeys(id: ActionId, choices: ShortcutChoices): string | null {
  const changed = choices.keys[id];
  return changed === undefined ? actionSpec(id).keys : changed;
}

/** The shortcut that works now; null: none. */
export function workingKeys(id: ActionId, choices: ShortcutChoices): string | null {
  const keys = chosenKeys(id, choices);
  return keys === null || (isSingleKey(keys) && !choices.hasSingleKeys) ? null : keys;
}

/** Keys that move and mark in lists. */
const LIST_KEYS = ['j', 'k', 'x'];

/** Why an action cannot have a shortcut, in words; null when it can. */
export function obstacleTo(id: ActionId, keys: string, choices: ShortcutChoices): string | null {
  if (!isShortcut(keys)) return 'These keys cannot be a shortcut.';
  if (keys.split(' ').some((press) => RESERVED_KEYS.includes(press)))
    return 'The browser or the system keeps these keys for itself.';
  if (LIST_KEYS.includes(keys)) return 'These keys move and mark in lists.';
  const other = ACTION_IDS.find((candidate) => {
    const taken = candidate === id ? null : chosenKeys(candidate, choices);
    return taken !== null && collide(taken, keys);
  });
  return other === undefined ? null : `“${actionSpec(other).label}” has these keys.`;
}

/** The choices after giving an action a shortcut; its default is not spelled out. */
export function withKeys(id: ActionId, keys: string | null, choices: ShortcutChoices): ShortcutChoices {
  const others = Object.fromEntries(Object.entries(choices.keys).filter(([name]) => name !== id));
  return { ...choices, keys: keys === actionSpec(id).keys ? others : { ...others, [id]: keys } };
}
