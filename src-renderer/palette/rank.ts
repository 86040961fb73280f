/** How well a text fits what was typed: the higher the better, null when it does not. A beginning is better than the beginning of a
 *  word, that better than a part, and that better than the letters in this order with others between. Case does not count. */
export function fit(typed: string, text: string): number | null {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return 0;
  const own = text.toLowerCase();
  const at = own.indexOf(wanted);
  if (at === 0) return own.length === wanted.length ? 100 : 90;
  if (at > 0) return startsWord(own, at) || wordBeginning(own, wanted) ? 75 : 60;
  return lettersFit(wanted, own);
}

const startsWord = (text: string, at: number): boolean => !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));

function wordBeginning(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1))
    if (at === 0 || startsWord(text, at)) return true;
  return false;
}

/** Between 0 and 50: fewer letters in between and more beginnings of words are better. */
function lettersFit(wanted: string, text: string): number | null {
  let at = -1;
  let gaps = 0;
  let beginnings = 0;
  for (const letter of wanted.replaceAll(/\s/g, '')) {
    const next = text.indexOf(letter, at + 1);
    if (next === -1) return null;
    if (next === 0 || startsWord(text, next)) beginnings += 1;
    else gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 40 + Math.min(10, beginnings * 3) - gaps);
}

/** What is wanted of things to be ranked. */
export interface Rankable {
  readonly id: string;
  readonly label: string;
  /** Further words that lead to it, worth less than its label. */
  readonly words?: string | undefined;
}

/** Further words count this much less than the label. */
const WORDS_LESS = 20;
/** What was chosen last is lifted by this, what was chosen before that by less. */
const RECENT_MAX = 12;

/** The fitting ones, best first; among equals the recently chosen, then the given order. `recent` holds ids, the latest first. */
export function ranked<Item extends Rankable>(
  typed: string,
  items: readonly Item[],
  recent: readonly string[],
): readonly Item[] {
  return items
    .map((item, index) => ({ item, index, score: scoreOf(typed, item, recent) }))
    .filter((entry): entry is typeof entry & { score: number } => entry.score !== null)
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .map(({ item }) => item);
}

function scoreOf(typed: string, { id, label, words }: Rankable, recent: readonly string[]): number | null {
  const own = fit(typed, label);
  const further = words === undefined ? null : fit(typed, words);
  const best = Math.max(own ?? -1, further === null ? -1 : Math.max(0, further - WORDS_LESS));
  if (best < 0) return null;
  const place = recent.indexOf(id);
  return best + (place === -1 ? 0 : Math.max(1, RECENT_MAX - place));
}
