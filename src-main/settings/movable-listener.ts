/** A listener that is open. */
export interface OpenListener {
  readonly port: number;
  readonly url: string;
  /** Stops accepting, lets requests in flight finish for `graceMs`, then cuts what is left. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** What a movable listener is made of. */
export interface MovableListenerOptions {
  /** Opens it at another port. `onUse` is to be called whenever somebody signed in calls there. Throws when the port cannot be had. */
  readonly open: (port: number, onUse: () => void) => Promise<OpenListener>;
  readonly current: OpenListener;
  /** A port that is left still accepts for so long, ms: for pages that have to hear of it. */
  readonly lingerMs: number;
  /** Told where it is now. */
  readonly onMoved: (url: string) => void;
  /** Told of what went wrong behind the back of everybody. */
  readonly onError: (error: unknown) => void;
}

/** Requests in flight at a port that is left may take this long: longer than any request that our own clients make. */
const DRAIN_MS = 15_000;

/** A listener that can be tried at a second port before it leaves the first. */
export class MovableListener {
  readonly #options: MovableListenerOptions;
  #current: OpenListener;
  #tried: OpenListener | null = null;
  /** Ports that were left and still answer. */
  readonly #leaving = new Map<OpenListener, NodeJS.Timeout>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: MovableListenerOptions) {
    this.#options = options;
    this.#current = options.current;
  }

  get port(): number {
    return this.#current.port;
  }

  get url(): string {
    return this.#current.url;
  }

  /** Opens a second port. Throws when it cannot be had; then nothing has changed. */
  async try(port: number, onUse: () => void): Promise<void> {
    const tried = await this.#options.open(port, onUse);
    if (this.#tried === null && !this.#isClosed) this.#tried = tried;
    else await tried.close(0);
  }

  /** The port that is tried becomes the one; the former drains. */
  keep(): void {
    const kept = this.#tried;
    if (kept === null) return;
    const former = this.#current;
    this.#current = kept;
    this.#tried = null;
    this.#options.onMoved(kept.url);
    this.#leave(former);
  }

  /** Closes the port that is tried; requests in flight there are answered. */
  goBack(): void {
    const tried = this.#tried;
    this.#tried = null;
    if (tried !== null) this.#leave(tried);
  }

  /** Closes everything that is open; requests in flight may take `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    const open = [this.#current, ...(this.#tried === null ? [] : [this.#tried]), ...this.#leaving.keys()];
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    this.#leaving.clear();
    this.#tried = null;
    await Promise.all(open.map((listener) => listener.close(graceMs)));
    // Those that drain already have their own, longer time: nobody waits for it.
    await Promise.race([
      Promise.all(this.#closing),
      new Promise((resolve) => setTimeout(resolve, graceMs).unref()),
    ]);
  }

  #leave(listener: OpenListener): void {
    const { lingerMs } = this.#options;
    if (lingerMs === 0) {
      this.#drain(listener);
      return;
    }
    const timer = setTimeout(() => {
      this.#leaving.delete(listener);
      this.#drain(listener);
    }, lingerMs);
    this.#leaving.set(listener, timer);
  }

  #drain(listener: OpenListener): void {
    const closing: Promise<void> = listener
      .close(DRAIN_MS)
      .catch(this.#options.onError)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
