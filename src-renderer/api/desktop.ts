import type { Bridge, DesktopLink, SavedExport } from '#contract/bridge.ts';
import { SecretClipboard } from './secret-clipboard.ts';

type Powers = Bridge['desktop'];

/** Powers of the desktop shell with the browser's nearest substitute for each. */
export interface Desktop {
  readonly isDesktop: boolean;
  /** Copies a secret; it is cleared after `clearAfterMs` if it is still there. A second call starts the time anew. False: refused. */
  readonly copySecret: (text: string, clearAfterMs: number) => Promise<boolean>;
  /** Clears the clipboard if it still holds the secret; false when it could not be made sure. */
  readonly clearSecret: () => Promise<boolean>;
  readonly copyText: (text: string) => Promise<void>;
  /** Saves a text file: the shell's own dialog, or a download. False when the person cancelled. */
  readonly saveFile: (fileName: string, content: string, mediaType: string) => Promise<boolean>;
  /** Saves the file of a finished export through the shell's dialog. Null in a browser, where a link fetches it. Rejects when it cannot be
   *  written. */
  readonly saveExport: ((file: string) => Promise<SavedExport>) | null;
  readonly protectScreen: (isProtected: boolean) => void;
  /** Absent in a browser. */
  readonly openLink: ((link: DesktopLink) => void) | null;
  readonly onNavigate: (listener: (route: string) => void) => () => void;
  /** Which action a menu of the shell asks for. */
  readonly onAction: (listener: (action: string) => void) => () => void;
}

/** The desktop's powers, or the browser's when `powers` is absent. */
export function createDesktop(powers: Powers | undefined): Desktop {
  return powers === undefined ? createBrowserDesktop() : createShellDesktop(powers);
}

const worked = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

function createShellDesktop(powers: Powers): Desktop {
  return {
    isDesktop: true,
    copySecret: (text, clearAfterMs) => worked(powers.copySecret({ text, clearAfterMs })),
    clearSecret: () => worked(powers.clearSecret()),
    copyText: async (text) => void (await powers.copyText(text)),
    saveFile: async (fileName, content) => (await powers.saveFile({ fileName, content })).path !== null,
    saveExport: (file) => powers.saveExport({ file }),
    protectScreen: (isProtected) => void powers.protectScreen(isProtected),
    openLink: (link) => void powers.openLink(link),
    onNavigate: (listener) => powers.onNavigate(listener),
    onAction: (listener) => powers.onAction(listener),
  };
}

/** How long a download may take to start before its text is let go. */
const DOWNLOAD_MS = 10_000;

function createBrowserDesktop(): Desktop {
  const clipboard = new SecretClipboard();
  return {
    isDesktop: false,
    copySecret: (text, clearAfterMs) => worked(clipboard.copy(text, clearAfterMs)),
    clearSecret: async () => (await clipboard.clear()) !== 'unknown',
    copyText: (text) => navigator.clipboard.writeText(text),
    saveFile: async (fileName, content, mediaType) => {
      const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
      const link = document.createElement('a');
      link.href = url;
      link.download = fileName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_MS);
      return true;
    },
    saveExport: null,
    protectScreen: () => undefined,
    openLink: null,
    onNavigate: () => () => undefined,
    onAction: () => () => undefined,
  };
}
