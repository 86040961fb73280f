import { createContext } from 'react';

/** Puts ordinary text on the clipboard; rejects when refused. The desktop brings its own. */
export const ClipboardContext = createContext<(text: string) => Promise<void>>((text) =>
  navigator.clipboard.writeText(text),
);
