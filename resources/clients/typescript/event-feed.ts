/** What a feed needs. Times in ms. */
export interface EventFeedOptions {
  readonly url: string;
  readonly token: string;
  /** null = everything may have changed. */
  readonly onChange: (keyIds: readonly string[] | null) => void;
  /** Hears why the feed broke. */
  readonly onError?: ((error: Error) => void) | undefined;
}

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
/** Latchkey says something every 15 s; a feed that is silent for longer is dead. */
const SILENT_MS_MAX = 40_000;
/** An acknowledgement that takes longer is given up. */
const ACKNOWLEDGE_MS_MAX = 5_000;
/** No event is longer. */
const EVENT_CHARACTERS_MAX = 64 * 1024;

/** Listens to GET /v1/events and comes back when it breaks; says what it missed, or that everything may have changed. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #ended = new AbortController();
  #isStarted = false;
  #isConnected = false;
  #lastId: string | null = null;

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  /** Is there a stream that has told everything until now? */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** The first call starts it. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#run();
  }

  close(): void {
    this.#isStarted = true;
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    let waitMs = RETRY_MS_MIN;
    while (!this.#ended.signal.aborted) {
      try {
        await this.#listen(() => (waitMs = RETRY_MS_MIN));
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        this.#options.onError?.(new Error('The feed of changed keys broke.', { cause: error }));
      }
      this.#isConnected = false;
      await pause(waitMs, this.#ended.signal);
      waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
    }
  }

  async #listen(onEvent: () => void): Promise<void> {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort();
    }, SILENT_MS_MAX).unref();
    try {
      const { token, url } = this.#options;
      const response = await fetch(`${url.replace(/\/$/, '')}/v1/events`, {
        headers: {
          Authorization: `Bearer ${token}`,
          ...(this.#lastId === null ? {} : { 'Last-Event-ID': this.#lastId }),
        },
        redirect: 'error',
        signal: AbortSignal.any([this.#ended.signal, silence.signal]),
      });
      const type = response.headers.get('content-type') ?? '';
      if (!response.ok || response.body === null || !type.startsWith('text/event-stream')) {
        await response.body?.cancel();
        throw new Error(`Latchkey answered ${String(response.status)}.`);
      }
      const stream = response.headers.get('x-latchkey-stream');
      const body: ReadableStream<Uint8Array> = response.body;
      let text = '';
      const decoder = new TextDecoder();
      for await (const bytes of body) {
        timer.refresh();
        text += decoder.decode(bytes, { stream: true });
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        if (text.length > EVENT_CHARACTERS_MAX) throw new Error('This is no stream of Latchkey.');
        const taken = events.filter((event) => this.#take(event)).length;
        if (taken === 0) continue;
        onEvent();
        if (stream !== null) void this.#acknowledge(stream);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells Latchkey's operator how fast changes arrive here. What is kept does not depend on it. */
  async #acknowledge(stream: string): Promise<void> {
    const { token, url } = this.#options;
    try {
      const response = await fetch(`${url.replace(/\/$/, '')}/v1/events/ack`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ stream, id: this.#lastId }),
        redirect: 'error',
        signal: AbortSignal.any([this.#ended.signal, AbortSignal.timeout(ACKNOWLEDGE_MS_MAX)]),
      });
      await response.body?.cancel();
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#options.onError?.(new Error('A change of keys could not be acknowledged.', { cause: error }));
    }
  }

  /** Was it an event, and no comment? One that cannot be read may have said anything. */
  #take(text: string): boolean {
    const fields = new Map(text.split('\n').map((line) => splitField(line)));
    const [id, name] = [fields.get('id'), fields.get('event')];
    if (id === undefined || name === undefined) return false;
    const keyIds = name === 'forget' ? null : keyIdsOf(fields.get('data') ?? '');
    if (keyIds === null || keyIds.length > 0) this.#options.onChange(keyIds);
    this.#lastId = id;
    this.#isConnected = true;
    return true;
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 2)];
}

function keyIdsOf(data: string): readonly string[] | null {
  try {
    const told: unknown = JSON.parse(data);
    const keyIds: unknown = typeof told === 'object' && told !== null && Reflect.get(told, 'keyIds');
    return Array.isArray(keyIds) && keyIds.every((keyId) => typeof keyId === 'string') ? keyIds : null;
  } catch {
    // Not JSON: see above.
    return null;
  }
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs).unref();
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
