import type { Bridge, DesktopLink } from '#contract/bridge.ts';

type Powers = Bridge['desktop'];

/** What copying a secret came to. `clearsItself`: the shell clears the clipboard, the page need not. */
export type SecretCopy =
  { readonly outcome: 'copied'; readonly clearsItself: boolean } | { readonly outcome: 'refused' };

/** Powers of the desktop shell with the browser's nearest substitute for each. */
export interface Desktop {
  readonly isDesktop: boolean;
  readonly copySecret: (text: string, clearAfterMs: number) => Promise<SecretCopy>;
  /** Clears the clipboard if it still holds `text`; answers whether it did. */
  readonly clearSecret: (text: string) => Promise<boolean>;
  readonly copyText: (text: string) => Promise<void>;
  /** Saves a text file: the shell's own dialog, or a download. False when the person cancelled. */
  readonly saveFile: (fileName: string, content: string, mediaType: string) => Promise<boolean>;
  readonly protectScreen: (isProtected: boolean) => void;
  readonly openLink: (link: DesktopLink) => void;
  readonly onNavigate: (listener: (route: string) => void) => () => void;
}

/** The desktop's powers, or the browser's when `powers` is absent. */
export function createDesktop(powers: Powers | undefined): Desktop {
  return powers === undefined ? createBrowserDesktop() : createShellDesktop(powers);
}

function createShellDesktop(powers: Powers): Desktop {
  return {
    isDesktop: true,
    copySecret: (text, clearAfterMs) =>
      powers.copySecret({ text, clearAfterMs }).then(
        () => ({ outcome: 'copied', clearsItself: true }),
        () => ({ outcome: 'refused' }),
      ),
    clearSecret: () => powers.clearSecret(),
    copyText: async (text) => void (await powers.copyText(text)),
    saveFile: async (fileName, content) => (await powers.saveFile({ fileName, content })).path !== null,
    protectScreen: (isProtected) => void powers.protectScreen(isProtected),
    openLink: (link) => void powers.openLink(link),
    onNavigate: (listener) => powers.onNavigate(listener),
  };
}

function createBrowserDesktop(): Desktop {
  return {
    isDesktop: false,
    copySecret: (text) =>
      navigator.clipboard.writeText(text).then(
        () => ({ outcome: 'copied', clearsItself: false }),
        () => ({ outcome: 'refused' }),
      ),
    async clearSecret(text) {
      // Reading may be refused, or ask the person; then nothing is cleared, for it may be somebody else's text by now.
      const held = await navigator.clipboard.readText().catch(() => null);
      if (held !== text) return false;
      return navigator.clipboard.writeText('').then(
        () => true,
        () => false,
      );
    },
    copyText: (text) => navigator.clipboard.writeText(text),
    async saveFile(fileName, content, mediaType) {
      const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
      const link = document.createElement('a');
      link.href = url;
      link.download = fileName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      return true;
    },
    protectScreen: () => undefined,
    openLink: () => undefined,
    onNavigate: () => () => undefined,
  };
}
