import { parseRequestQuery } from '#contract/request-query.ts';
import { looksLikeKey } from '#renderer/keys/keys-search.ts';

const STORAGE_NAME = 'latchkey.recentQueries';
const RECENT_MAX = 8;

/** Queries that were run last in this browser, newest first. */
export function recentQueries(): readonly string[] {
  const stored = localStorage.getItem(STORAGE_NAME);
  if (stored === null) return [];
  try {
    const texts: unknown = JSON.parse(stored);
    return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string').filter(isKeepable) : [];
  } catch (error) {
    // Somebody else wrote it: as good as none.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Remembers a query that was run. One that is wrong or could hold a key is not kept. */
export function rememberQuery(text: string): void {
  const query = text.trim();
  if (!isKeepable(query)) return;
  const texts = [query, ...recentQueries().filter((other) => other !== query)].slice(0, RECENT_MAX);
  localStorage.setItem(STORAGE_NAME, JSON.stringify(texts));
}

function isKeepable(text: string): boolean {
  const tokens = parseRequestQuery(text);
  return tokens.length > 0 && !looksLikeKey(text) && tokens.every(({ problem }) => problem === null);
}
