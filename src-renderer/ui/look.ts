import { useSyncExternalStore } from 'react';

/** A choice of looks. It belongs to this browser, not to the server, and is applied before the first paint by before-start.js. */
export type LookName = 'theme' | 'density' | 'textSize' | 'rail' | 'inspector' | 'motion' | 'contrast';

/** Told to everything that shows a look when one is chosen. */
const CHANGED = 'latchkey:look';

/** The stored choice, or `default`. */
export function storedLook(name: LookName): string {
  return localStorage.getItem(`latchkey.${name}`) ?? 'default';
}

/** Stores a choice and shows it at once; `default` forgets it. */
export function chooseLook(name: LookName, value: string): void {
  if (value === 'default') {
    localStorage.removeItem(`latchkey.${name}`);
    Reflect.deleteProperty(document.documentElement.dataset, name);
  } else {
    localStorage.setItem(`latchkey.${name}`, value);
    document.documentElement.dataset[name] = value;
  }
  dispatchEvent(new Event(CHANGED));
}

/** The present choice; the component draws again when it changes. */
export function useLook(name: LookName): string {
  return useSyncExternalStore(
    (changed) => {
      addEventListener(CHANGED, changed);
      return () => removeEventListener(CHANGED, changed);
    },
    () => storedLook(name),
  );
}
