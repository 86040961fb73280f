const WRONG_TOKENS_MAX = 5;
const PAUSE_MS = 30_000;

/** Slows down guessing of admin tokens at the sign-in page: after five wrong ones in a row, one try every 30 s.
 *  Counted for all callers together, because on loopback they all look alike. */
export class SignInThrottle {
  readonly #monotonicMs: () => number;
  #wrongCount = 0;
  #closedUntilMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Milliseconds until the next try is taken; 0 = now. */
  waitMs(): number {
    return Math.max(0, this.#closedUntilMs - this.#monotonicMs());
  }

  /** Wrong tokens that are taken before the next pause; 0 while one more begins a pause. */
  triesLeft(): number {
    return Math.max(0, WRONG_TOKENS_MAX - this.#wrongCount);
  }

  /** A token was tried. */
  note(isRight: boolean): void {
    this.#wrongCount = isRight ? 0 : this.#wrongCount + 1;
    if (this.#wrongCount >= WRONG_TOKENS_MAX) this.#closedUntilMs = this.#monotonicMs() + PAUSE_MS;
  }
}
