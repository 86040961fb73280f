import { useEffect, type RefObject } from 'react';

/** Brings the setting with this name into view once it is there, and the focus to it. Nothing without a name, or when there is none of
 *  this name. */
export function useSoughtSetting(
  panel: RefObject<HTMLElement | null>,
  section: string,
  name: string | undefined,
): void {
  useEffect(() => {
    const root = panel.current;
    if (root === null || name === undefined) return;
    const look = (): boolean => {
      const words = [...root.querySelectorAll<HTMLElement>(WORDS)].find(
        ({ textContent }) => textContent === name || textContent === `${name} optional`,
      );
      if (words === undefined) return false;
      words.scrollIntoView({ block: 'center' });
      targetOf(root, words).focus({ preventScroll: true });
      return true;
    };
    if (look()) return;
    // Its section may still be loading.
    const watcher = new MutationObserver(() => {
      if (look()) watcher.disconnect();
    });
    watcher.observe(root, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, [panel, section, name]);
}

/** What names a setting or a part of a section. */
const WORDS = 'h2, label, [id$="-label"]';

/** The control that words belong to; a heading takes the focus itself. */
function targetOf(root: HTMLElement, words: HTMLElement): HTMLElement {
  const labelled = words instanceof HTMLLabelElement ? words.control : null;
  const grouped =
    words.id === ''
      ? null
      : root.querySelector<HTMLElement>(
          `[aria-labelledby="${words.id}"] [role="radio"][aria-checked="true"]`,
        );
  const control = labelled ?? grouped;
  if (control !== null) return control;
  words.tabIndex = -1;
  return words;
}
