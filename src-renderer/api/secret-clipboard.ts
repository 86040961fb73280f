/** What copying a secret in the browser came to, once its time is over. */
export type ClearResult = 'cleared' | 'replaced' | 'unknown';

async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A secret on the browser's clipboard: cleared after a while, but only if it is still the secret. Keeps a digest, not the text. */
export class SecretClipboard {
  #digest: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Nothing else can have been copied since: the page kept the focus and saw no other copy. */
  #isCertain = false;

  constructor() {
    const doubt = () => {
      this.#isCertain = false;
    };
    addEventListener('blur', doubt);
    document.addEventListener('copy', doubt);
    document.addEventListener('cut', doubt);
  }

  /** Copies and starts the time (anew). Rejects when the clipboard refuses. */
  async copy(text: string, clearAfterMs: number): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.#digest = await digestOf(text);
    this.#isCertain = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#whenFocused(), clearAfterMs);
  }

  /** Clears now if the secret is still there. `unknown`: the browser would not let the page look. */
  async clear(): Promise<ClearResult> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const digest = this.#digest;
    if (digest === null) return 'replaced';
    if (!this.#isCertain) {
      const held = await navigator.clipboard.readText().catch(() => null);
      if (held === null) return 'unknown';
      if ((await digestOf(held)) !== digest) {
        this.#digest = null;
        return 'replaced';
      }
    }
    const isCleared = await navigator.clipboard.writeText('').then(
      () => true,
      () => false,
    );
    if (!isCleared) return 'unknown';
    this.#digest = null;
    return 'cleared';
  }

  /** A page without focus may not touch the clipboard: wait until it has it again. */
  async #whenFocused(): Promise<void> {
    if (document.hasFocus()) {
      await this.clear();
      return;
    }
    addEventListener('focus', () => void this.clear(), { once: true });
  }
}
