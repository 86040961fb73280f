/** A choice of looks. It belongs to this browser, not to the server, and is applied before the first paint by before-start.js. */
export type LookName = 'theme' | 'density' | 'textSize';

const STORAGE_KEYS: Record<LookName, string> = {
  theme: 'latchkey.theme',
  density: 'latchkey.density',
  textSize: 'latchkey.textSize',
};

/** The stored choice, or `default`. */
export function storedLook(name: LookName): string {
  return localStorage.getItem(STORAGE_KEYS[name]) ?? 'default';
}

/** Stores a choice and shows it at once; `default` forgets it. */
export function chooseLook(name: LookName, value: string): void {
  if (value === 'default') {
    localStorage.removeItem(STORAGE_KEYS[name]);
    Reflect.deleteProperty(document.documentElement.dataset, name);
  } else {
    localStorage.setItem(STORAGE_KEYS[name], value);
    document.documentElement.dataset[name] = value;
  }
}
