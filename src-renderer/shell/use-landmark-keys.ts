import { useEffect } from 'react';

/** Parts of the window that F6 goes round, in reading order; the inspector lies in `main` and is a part of its own. */
function landmarks(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('nav, main, aside, header, footer')].filter(
    (landmark) => landmark.closest('main') === null || landmark.matches('main, aside'),
  );
}

function focusLandmark(step: 1 | -1): void {
  const parts = landmarks();
  const here = parts.findIndex(
    (landmark) =>
      landmark.contains(document.activeElement) && !landmark.matches('main:has(aside :focus, aside:focus)'),
  );
  const next = parts.at((here === -1 && step === -1 ? 0 : here + step) % parts.length);
  if (next === undefined) return;
  if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
  next.focus();
}

/** F6 goes to the next part of the window, Shift F6 to the one before. */
export function useLandmarkKeys(): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      focusLandmark(event.shiftKey ? -1 : 1);
    };
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, []);
}
