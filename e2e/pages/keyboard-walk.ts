import { expect, type Page } from 'playwright/test';

/** What a person can see of where the focus is. */
interface Stop {
  /** Role and name, as `button "Create key"`. */
  readonly name: string;
  /** Why it would not be seen; null when it is. */
  readonly fault: string | null;
}

const STOPS_MAX = 120;

/** A person without a mouse: every stop of the focus on the way must be seen, or the walk fails. */
export class KeyboardWalk {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  press(keys: string): Promise<void> {
    return this.#page.keyboard.press(keys);
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.insertText(text);
  }

  /** Tabs on until the control with this role and name has the focus: `button "Create key"`, or the beginning of it. Fails when it
   *  comes round without it. */
  async to(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < STOPS_MAX; step += 1) {
      const stop = await this.here();
      if (typeof name === 'string' ? stop.name.startsWith(name) : name.test(stop.name)) return;
      passed.push(stop.name);
      await this.press(key);
    }
    throw new Error(`${String(name)} cannot be reached by ${key}. Passed:\n${passed.join('\n')}`);
  }

  /** Where the focus is. Fails when it cannot be seen. */
  async here(): Promise<Stop> {
    const { name, fault } = await this.#page.evaluate(stopOfFocus);
    expect(fault, `focus on ${name}`).toBeNull();
    return { name, fault };
  }
}

/** Runs in the page. A focus is seen when something around it is drawn otherwise than without it, inside the window, with nothing on
 *  top. */
function stopOfFocus(): Stop {
  const faultOf = (at: HTMLElement): string | null => {
    // Text and whole parts of the window have the focus only to start from there.
    if (at.tabIndex < 0 && !at.matches('button, a, input, select, textarea')) return null;
    const box = at.getBoundingClientRect();
    const isRinged = (element: Element): boolean => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const hasRing = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      return hasRing || /inset .*[1-9]px/.test(boxShadow);
    };
    const label = at instanceof HTMLInputElement ? at.labels?.[0] : null;
    const around = [at, at.parentElement, at.parentElement?.parentElement, label].filter(
      (element): element is HTMLElement => element instanceof HTMLElement,
    );
    const row = document.getElementById(at.getAttribute('aria-activedescendant') ?? '');
    if (!around.some(isRinged) && (row === null || !isRinged(row))) return 'has no ring';
    if (box.right < 0 || box.bottom < 0 || box.left > innerWidth || box.top > innerHeight)
      return 'is outside the window';
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 2);
    const top = document.elementFromPoint(x, y);
    const isOnTop = top !== null && (at.contains(top) || around.some((element) => element.contains(top)));
    return isOnTop ? null : `is covered by <${top?.tagName.toLowerCase() ?? 'nothing'}>`;
  };
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body) return { name: 'nothing', fault: null };
  const implied: Record<string, string> = { BUTTON: 'button', A: 'link', TEXTAREA: 'textbox', MAIN: 'main' };
  const ofInput: Record<string, string> = { checkbox: 'checkbox', radio: 'radio' };
  const role =
    at.getAttribute('role') ??
    (at instanceof HTMLInputElement ? (ofInput[at.type] ?? 'textbox') : (implied[at.tagName] ?? 'part'));
  const labels =
    at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? [...(at.labels ?? [])] : [];
  const named = (at.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ')
    .trim();
  const text =
    named || (at.getAttribute('aria-label') ?? labels.map(({ textContent }) => textContent).join(' '));
  return { name: `${role} "${(text || at.innerText).trim()}"`, fault: faultOf(at) };
}
