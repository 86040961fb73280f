/** Where lines go. `append` resolves when they are handed to the system; it is not called again before. */
export interface LineSink {
  readonly append: (bytes: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Longest time that a line waits. */
const FLUSH_MS = 250;
/** Lines written together: about 250 kB. */
const BATCH_LINES = 1_000;
/** Lines that may wait: a sink that is slower than this for long loses lines, and nobody waits for it. */
const WAITING_MAX = 20_000;

/** Writes lines in batches, one at a time, and never makes the caller wait: what does not fit or fails is dropped and counted. */
export class LineWriter {
  readonly #sink: LineSink;
  readonly #onError: (error: unknown) => void;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #lost = 0;

  /** `onError` hears of the first of a row of failures. */
  constructor(sink: LineSink, onError: (error: unknown) => void) {
    this.#sink = sink;
    this.#onError = onError;
  }

  /** Lines that were dropped. */
  get lost(): number {
    return this.#lost;
  }

  /** `line` without its end. */
  write(line: string): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    if (this.#timer !== null || this.#writing !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#start();
    }, FLUSH_MS);
    this.#timer.unref();
  }

  /** Writes what waits and closes the sink. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#start();
    await this.#writing;
    await this.#sink.close();
  }

  #start(): void {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
  }

  async #drain(): Promise<void> {
    let hasFailed = false;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0, BATCH_LINES);
      try {
        await this.#sink.append(Buffer.from(`${lines.join('\n')}\n`));
        hasFailed = false;
      } catch (error) {
        this.#lost += lines.length;
        if (!hasFailed) this.#onError(error);
        hasFailed = true;
      }
    }
  }
}
