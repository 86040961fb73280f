import { z } from 'zod';
import type { Announcement } from './events.ts';

/** What the desktop window's page can reach: `window.latchkey`. Absent in a browser. */
export interface Bridge {
  /** Calls an admin procedure. Answers a Reply as plain data; rejects only when the call itself was refused. */
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  /** Tells the listener after each committed change. Answers the function that ends it. */
  readonly subscribe: (listener: (announcement: Announcement) => void) => () => void;
  readonly desktop: DesktopPowers;
}

/** What only the desktop shell can do. Every argument and answer is plain data. */
export interface DesktopPowers {
  /** Puts a secret on the clipboard, marked so that clipboard managers leave it alone. It is cleared after `clearAfterMs`
   *  if it is still there, and when the program quits or the screen is locked. A second call with the same text starts the time anew. */
  readonly copySecret: (input: CopySecret) => Promise<void>;
  /** Clears the clipboard now if it still holds the secret. Answers whether it did. */
  readonly clearSecret: () => Promise<boolean>;
  /** Puts ordinary text on the clipboard. */
  readonly copyText: (text: string) => Promise<void>;
  /** Asks where to save and writes the file. `path` is null when the person cancelled. */
  readonly saveFile: (input: SaveFile) => Promise<{ readonly path: string | null }>;
  /** Asks where to save the file of a finished export and copies it there, however large it is. Rejects when it cannot be written. */
  readonly saveExport: (input: SaveExport) => Promise<SavedExport>;
  /** While a secret is on screen: keeps the window out of screenshots and recordings. */
  readonly protectScreen: (isProtected: boolean) => Promise<void>;
  /** Opens one of two known pages in the browser. */
  readonly openLink: (link: DesktopLink) => Promise<void>;
  /** Tells the listener which route a menu or the tray asks for, for example `/keys/new`. Answers the function that ends it. */
  readonly onNavigate: (listener: (route: string) => void) => () => void;
  /** Tells the listener which action of the catalogue a menu asks for. Answers the function that ends it. */
  readonly onAction: (listener: (action: string) => void) => () => void;
}

export const copySecret = z.strictObject({
  text: z.string().min(1).max(4_096),
  clearAfterMs: z.int().min(1_000).max(300_000),
});
export type CopySecret = z.infer<typeof copySecret>;

export const saveFile = z.strictObject({
  /** Without folders. */
  fileName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}$/, 'Use letters, digits, spaces and . _ -'),
  content: z.string().max(64 * 1024 * 1024),
});
export type SaveFile = z.infer<typeof saveFile>;

export const saveExport = z.strictObject({
  /** As the job's result names it. */
  file: z.string().regex(/^\/api\/exports\/[A-Za-z0-9]{32}$/, 'Not the file of an export.'),
});
export type SaveExport = z.infer<typeof saveExport>;

/** What became of it; `gone` = the file is not kept any more. */
export type SavedExport = 'saved' | 'cancelled' | 'gone';

export const desktopLink = z.enum(['docs', 'releases']);
export type DesktopLink = z.infer<typeof desktopLink>;
