/** One press of a shortcut in its normal form: modifiers in a fixed order, then the key. `mod` is Ctrl, or Command on a Mac. */
const NAMED: Readonly<Record<string, string>> = {
  ' ': 'space',
  '+': 'plus',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};
const MODIFIERS = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process']);

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The normal form of a press, or null for a modifier alone. Letters follow the keyboard's layout; where that writes no Latin
 *  letters, the place of the key counts. Shift is part of a sign like `?`, but not of a letter or a named key. */
export function pressOf(event: Press): string | null {
  if (MODIFIERS.has(event.key)) return null;
  const isPrintable = event.key.length === 1 && event.key !== ' ';
  const placed = /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1]?.toLowerCase();
  const isForeign = isPrintable && event.key.charCodeAt(0) > 127 && placed !== undefined;
  const key = isForeign ? placed : (NAMED[event.key] ?? event.key).toLowerCase();
  const isShiftOwn = !isPrintable || /^[a-z]$/i.test(key);
  const modifiers = [
    (event.ctrlKey || event.metaKey) && 'mod',
    event.altKey && 'alt',
    event.shiftKey && isShiftOwn && 'shift',
  ].filter((modifier) => modifier !== false);
  return [...modifiers, key].join('+');
}

const PRESS = /^(?:mod\+)?(?:alt\+)?(?:shift\+)?(?:[^\s+A-Z]|[a-z][a-z0-9]+)$/;

/** Is a text a shortcut in normal form: one press, or two after one another? */
export function isShortcut(keys: string): boolean {
  const presses = keys.split(' ');
  return presses.length <= 2 && presses.every((press) => PRESS.test(press));
}

/** Keys that type a sign, alone: those that a person can switch off, since speech input presses them by mistake. */
export function isSingleKey(keys: string): boolean {
  return keys.split(' ').every((press) => /^(?:shift\+)?(?:.|plus)$/.test(press));
}

/** Would the one hide the other, being the same or its beginning? */
export function collide(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

const WORDS: Readonly<Record<string, string>> = {
  alt: 'Alt',
  shift: 'Shift',
  delete: 'Del',
  escape: 'Esc',
  enter: 'Enter',
  space: 'Space',
  plus: '+',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
};

/** The keycaps of a shortcut, one list a press: `[['Ctrl', 'K']]`, `[['g'], ['k']]`. */
export function keycapsOf(keys: string, isMac: boolean): readonly (readonly string[])[] {
  return keys.split(' ').map((press) => {
    const parts = press.split('+');
    return parts.map((part) => {
      if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
      return WORDS[part] ?? (parts.length > 1 || /^f\d+$/.test(part) ? part.toUpperCase() : part);
    });
  });
}

/** A shortcut as text for a tooltip: `Ctrl K`, `g k`. */
export function shownKeys(keys: string, isMac: boolean): string {
  return keycapsOf(keys, isMac)
    .map((caps) => caps.join(' '))
    .join(' ');
}

/** A shortcut as `aria-keyshortcuts` wants it; undefined for two presses, for which it has no words. */
export function ariaKeys(keys: string, isMac: boolean): string | undefined {
  if (keys.includes(' ')) return undefined;
  return keys
    .split('+')
    .map((part) =>
      part === 'mod'
        ? isMac
          ? 'Meta'
          : 'Control'
        : part.length > 1
          ? part.charAt(0).toUpperCase() + part.slice(1)
          : part.toUpperCase(),
    )
    .join('+');
}

/** Chords that browsers or systems keep for themselves, or that people expect to do what they do everywhere. */
export const RESERVED_KEYS: readonly string[] = [
  ...['t', 'n', 'w', 'q', 'r', 'l', 'p', 's', 'o', 'd', 'f', 'g', 'h', 'j', 'u', 'm', ',', '-', '0'],
  ...[
    'a',
    'c',
    'v',
    'x',
    'z',
    'y',
    'tab',
    'enter',
    'space',
    'plus',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
  ],
]
  .map((key) => `mod+${key}`)
  .concat(
    ['t', 'n', 'w', 'r', 'i', 'j', 'c', 'b', 'o', 'delete', 'tab', 'z', 'p'].map((key) => `mod+shift+${key}`),
    ['f1', 'f3', 'f5', 'f7', 'f10', 'f11', 'f12', 'tab', 'escape', 'enter', 'space', 'alt+f4', 'alt+tab'],
    ['alt+left', 'alt+right', 'alt+home', 'alt+d', 'alt+f', 'alt+e', 'mod+alt+delete', 'shift+f10'],
    ['backspace', 'up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown', 'shift+tab', 'mod+f4'],
  );
