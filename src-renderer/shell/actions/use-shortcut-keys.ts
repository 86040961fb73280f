import { useEffect, useRef } from 'react';
import { ACTION_IDS, type ActionId } from '#contract/actions.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { useActions, useShortcutChoices } from './actions-context.ts';
import { isSingleKey, pressOf } from './chord.ts';
import { workingKeys } from './shortcut-choices.ts';

/** How long the second key may take after the first. */
const SEQUENCE_MS = 1_500;
const LAYERS = '[role="dialog"], [role="alertdialog"], [data-captures-keys]';
const LISTS = '[role="menu"], [role="listbox"], [role="combobox"]';
const TYPED_INTO = `textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"]), ${LISTS}`;

const isIn = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

/** Would a single key type something, or choose in an open list? */
function isTyping(target: EventTarget | null): boolean {
  return (target instanceof HTMLElement && target.isContentEditable) || isIn(target, TYPED_INTO);
}

/** Runs the action whose shortcut is pressed, if something on screen offers it. In a dialog only the dialog's own keys work. */
export function useShortcutKeys(): void {
  const registry = useActions();
  const { choices } = useShortcutChoices();
  const first = useRef({ press: '', atMs: 0 });
  useEffect(() => {
    const runKeys = (keys: string, event: KeyboardEvent): boolean => {
      const id: ActionId | undefined = ACTION_IDS.find(
        (candidate) => workingKeys(candidate, choices) === keys,
      );
      if (id === undefined || (isSingleKey(keys) && isTyping(event.target))) return false;
      const action = registry.find(id);
      if (action === undefined || action.disabledReason !== undefined) return false;
      event.preventDefault();
      action.run();
      return true;
    };
    // The second of two keys goes to nobody else: `k` after `g` must not move in the list that has the focus.
    const handleSecond = (event: KeyboardEvent) => {
      const press = pressOf(event);
      if (press === null) return;
      const { press: before, atMs } = first.current;
      const isInTime = nowMs() - atMs < SEQUENCE_MS;
      first.current = { press, atMs: nowMs() };
      if (!isInTime || isIn(event.target, LAYERS) || !runKeys(`${before} ${press}`, event)) return;
      first.current = { press: '', atMs: 0 };
      event.stopPropagation();
    };
    const handleSingle = (event: KeyboardEvent) => {
      const press = pressOf(event);
      if (press === null || event.defaultPrevented || isIn(event.target, LAYERS)) return;
      runKeys(press, event);
    };
    addEventListener('keydown', handleSecond, { capture: true });
    addEventListener('keydown', handleSingle);
    return () => {
      removeEventListener('keydown', handleSecond, { capture: true });
      removeEventListener('keydown', handleSingle);
    };
  }, [registry, choices]);
}
