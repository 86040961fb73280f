import { createHash } from 'node:crypto';
import type { CopySecret } from '#contract/bridge.ts';

/** The format that clipboard managers look for before they keep a copy, by system. */
export const CONCEALED_MARKS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'x-kde-passwordManagerHint',
  darwin: 'org.nspasteboard.ConcealedType',
  win32: 'ExcludeClipboardContentFromMonitorProcessing',
};

/** The clipboard of the system, as far as a passing secret needs it. */
export interface ClipboardDoor {
  /** Writes the text and the marks that keep clipboard managers away from it, in one step. */
  readonly writeConcealed: (text: string) => Promise<void>;
  readonly readText: () => Promise<string>;
  readonly clear: () => void;
}

/** Puts a secret on the clipboard and takes it away again. Keeps a digest of it, never the secret itself. */
export class SecretClipboard {
  readonly #clipboard: ClipboardDoor;
  #digest: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(clipboard: ClipboardDoor) {
    this.#clipboard = clipboard;
  }

  /** Cleared after `clearAfterMs` if it is still there; copying again starts the time anew. */
  async copy({ text, clearAfterMs }: CopySecret): Promise<void> {
    await this.#clipboard.writeConcealed(text);
    this.#digest = digestOf(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.clear(), clearAfterMs);
  }

  /** Clears the clipboard if it still holds the secret. Answers whether it did. */
  async clear(): Promise<boolean> {
    clearTimeout(this.#timer);
    const expected = this.#digest;
    if (expected === null) return false;
    const isStillThere = digestOf(await this.#clipboard.readText()) === expected;
    if (isStillThere) this.#clipboard.clear();
    // A newer secret may have been copied while the clipboard was read.
    if (this.#digest === expected) this.#digest = null;
    return isStillThere;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
