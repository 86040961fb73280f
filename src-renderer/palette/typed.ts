/** What a search looks at: everything, or what a first sign narrows it to. */
export type Reach = 'all' | 'actions' | 'partners' | 'keys' | 'settings';

/** First signs and what they narrow the search to, with the word for it. */
export const REACHES = [
  { sign: '>', reach: 'actions', word: 'actions' },
  { sign: '#', reach: 'keys', word: 'keys' },
  { sign: '@', reach: 'partners', word: 'partners' },
  { sign: '/', reach: 'settings', word: 'settings' },
] as const;

/** What was typed, taken apart. */
export interface Typed {
  readonly reach: Reach;
  readonly text: string;
}

/** Takes the first sign from a typed text. */
export function readTyped(value: string): Typed {
  const start = value.trimStart();
  const found = REACHES.find(({ sign }) => start.startsWith(sign));
  return found === undefined
    ? { reach: 'all', text: value.trim() }
    : { reach: found.reach, text: start.slice(1).trim() };
}

/** Does a search with this reach look at that? */
export function reaches({ reach }: Typed, what: Exclude<Reach, 'all'>): boolean {
  return reach === 'all' || reach === what;
}
