import { useState } from 'react';
import { nowMs, useNow } from '#renderer/format/clock.ts';

/** In the tab's storage, so that loading the page again does not hide the pause. The server keeps it whatever the page says. */
const STORAGE_KEY = 'latchkey.signInAfter';

interface SignInPause {
  /** ms until the next try is taken; 0 = now. */
  readonly leftMs: number;
  /** The server has said how many seconds it wants; 0: none. */
  readonly begin: (seconds: number) => void;
}

/** The pause after too many wrong tokens, counted down. */
export function useSignInPause(): SignInPause {
  const now = useNow(1_000);
  const [untilMs, setUntilMs] = useState(() => Number(sessionStorage.getItem(STORAGE_KEY) ?? 0));
  return {
    leftMs: Math.max(0, untilMs - now),
    begin: (seconds) => {
      const next = seconds > 0 ? nowMs() + seconds * 1_000 : 0;
      sessionStorage.setItem(STORAGE_KEY, String(next));
      setUntilMs(next);
    },
  };
}
