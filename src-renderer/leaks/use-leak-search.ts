import { useEffect, useRef, useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { useMatchLeaks } from '#renderer/api/commands.ts';
import { searchPaste, type FoundKeys } from './found-keys.ts';
import { searchFiles, type NamedFile, type SearchProgress } from './search-files.ts';

/** What a search found and what the store knows of it. */
export interface LeakSearchResult {
  readonly found: FoundKeys;
  readonly answer: Output<'leaks.match'>;
}

/** How long a search takes can be read in the browser's own tools. */
const SEARCH_STARTS = 'leak-search-starts';

/** Searches pasted texts and files in the page, then asks which keys of the store they are. */
export function useLeakSearch() {
  const match = useMatchLeaks();
  const [result, setResult] = useState<LeakSearchResult | null>(null);
  const [progress, setProgress] = useState<SearchProgress | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const ask = async (found: FoundKeys) => {
    const outcome = await match.run({ hashes: found.hashes, keyIds: found.keys.map(({ keyId }) => keyId) });
    if (outcome.ok) setResult({ found, answer: outcome.data });
  };
  const searchText = (text: string) => {
    setResult(null);
    performance.mark(SEARCH_STARTS);
    const found = searchPaste(text);
    performance.measure('leak-search', SEARCH_STARTS);
    void ask(found);
  };
  const search = async (files: readonly NamedFile[]) => {
    if (files.length === 0) return;
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setResult(null);
    setProgress({ files: 0, fileCount: files.length, bytes: 0 });
    const found = await searchFiles(files, { signal: own.signal, onProgress: setProgress });
    setProgress(null);
    if (running.current === own) await ask(found);
  };
  return {
    result,
    progress,
    error: match.error,
    searchText,
    searchFiles: (files: readonly NamedFile[]) => void search(files),
    cancel: () => running.current?.abort(),
    /** Asks anew about what was found: something was done about it. */
    refresh: () => {
      if (result !== null) void ask(result.found);
    },
  };
}
