import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';
import { nowMs } from '#renderer/format/clock.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { DESTINATIONS } from './destinations.ts';

/** How long the second key may take after `g`. */
const CHORD_MS = 1_500;

interface ShortcutTargets {
  readonly main: RefObject<HTMLElement | null>;
  readonly toggleRail: () => void;
}

/** Single keys would type into these. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest(
        'input, textarea, select, [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]',
      ) !== null)
  );
}

function focusNextLandmark(): void {
  const landmarks = [...document.querySelectorAll<HTMLElement>('nav, main, aside, header, footer')].filter(
    (landmark) => landmark.closest('main') === null || landmark.matches('main, aside'),
  );
  const here = landmarks.findIndex(
    (landmark) => landmark.contains(document.activeElement) && !landmark.matches('main:has(aside :focus)'),
  );
  const next = landmarks[(here + 1) % landmarks.length];
  if (next === undefined) return;
  if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
  next.focus();
}

/** `g` and a letter goes to a page, `c` creates a key, `t` changes the time zone, `/` finds, `[` folds the rail, F6 goes round. */
export function useShortcuts({ toggleRail }: ShortcutTargets): void {
  const navigate = useNavigate();
  const { choice, choose } = useTimeZone();
  const chordAt = useRef(0);
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (event.key === 'F6') {
        event.preventDefault();
        focusNextLandmark();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const isChord = nowMs() - chordAt.current < CHORD_MS;
      chordAt.current = event.key === 'g' ? nowMs() : 0;
      const destination = isChord && DESTINATIONS.find((candidate) => candidate.letter === event.key);
      if (destination) void navigate({ to: destination.to, search: (before) => ({ env: before.env }) });
      else if (event.key === 'c')
        void navigate({ to: '/keys/new', search: (before) => ({ env: before.env }) });
      else if (event.key === 't') choose(choice === 'utc' ? 'local' : 'utc');
      else if (event.key === '[') toggleRail();
      else if (event.key === '/') {
        const find = document.querySelector<HTMLElement>('[data-find]');
        if (find === null) return;
        find.focus();
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, [navigate, choice, choose, toggleRail]);
}
