import { createHash } from 'node:crypto';
import type { Clipboard, ClipboardItem } from 'electron';
import type { CopySecret } from '#contract/bridge.ts';

type MakeItem = new (items: Record<string, string>) => ClipboardItem;

/** What clipboard managers look for before they keep a copy, by system. The value is read by KDE's only. */
const CONCEALED_FORMATS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['x-kde-passwordManagerHint'],
  darwin: ['org.nspasteboard.ConcealedType'],
  win32: ['ExcludeClipboardContentFromMonitorProcessing'],
};

/** Puts a secret on the clipboard and takes it away again. Keeps a digest of it, never the secret itself. */
export class SecretClipboard {
  readonly #clipboard: Clipboard;
  readonly #makeItem: MakeItem;
  readonly #formats: readonly string[];
  #digest: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(clipboard: Clipboard, makeItem: MakeItem, platform: NodeJS.Platform) {
    this.#clipboard = clipboard;
    this.#makeItem = makeItem;
    this.#formats = CONCEALED_FORMATS[platform] ?? [];
  }

  /** Text and marks go in one write, so that no manager sees the text unmarked. Cleared after `clearAfterMs` if still there. */
  async copy({ text, clearAfterMs }: CopySecret): Promise<null> {
    const marks = this.#formats.map((name) => [
      `electron application/osclipboard;format="${name}"`,
      'secret',
    ]);
    await this.#clipboard.write([new this.#makeItem({ 'text/plain': text, ...Object.fromEntries(marks) })]);
    this.#digest = digestOf(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.clear(), clearAfterMs);
    return null;
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
