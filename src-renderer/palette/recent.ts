const STORAGE_KEY = 'latchkey.recent';
const RECENT_MAX = 20;

/** Ids of what was chosen in the palette, the latest first. Never what was typed. */
export function recentIds(): readonly string[] {
  return (localStorage.getItem(STORAGE_KEY) ?? '').split(' ').filter((id) => id !== '');
}

/** Notes a choice. */
export function rememberChoice(id: string): void {
  const others = recentIds().filter((other) => other !== id);
  localStorage.setItem(STORAGE_KEY, [id, ...others].slice(0, RECENT_MAX).join(' '));
}
