import { contract, type ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { announcement } from '#contract/events.ts';
import { BACKGROUND_HEADER, CSRF_HEADER } from '#contract/session-rules.ts';
import { csrfToken, forgetSession } from './browser-session.ts';
import { createEventParser } from './event-stream.ts';
import { localRefusal, type Transport, type TransportEvent } from './transport.ts';

/** The server says that it is still there every 15 s; after this long without a word the stream is as good as lost. */
const SILENCE_MS = 25_000;
const RECONNECT_MS = [500, 1_000, 2_000, 3_000] as const;
/** Someone who has not touched the page for this long is away: calls then do not keep the session alive. */
const AWAY_MS = 60_000;

function isReply(value: unknown): value is Reply<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

/** Calls `POST /api/<name>` with the session cookie and its CSRF token; listens to `GET /api/events`. */
export class HttpTransport implements Transport {
  readonly #listeners = new Set<(event: TransportEvent) => void>();
  #stream: AbortController | null = null;
  #lastTouchMs = Date.now();

  constructor() {
    const touched = () => {
      this.#lastTouchMs = Date.now();
    };
    addEventListener('pointerdown', touched, { passive: true });
    addEventListener('keydown', touched, { passive: true });
  }

  async call(name: ProcedureName, input: unknown, signal?: AbortSignal): Promise<Reply<unknown>> {
    const csrf = csrfToken();
    if (csrf === null) return this.#signedOut();
    const isAway = Date.now() - this.#lastTouchMs > AWAY_MS;
    let response: Response;
    let reply: unknown;
    try {
      response = await fetch(`/api/${name}`, {
        method: 'POST',
        credentials: 'same-origin',
        cache: 'no-store',
        headers: {
          'Content-Type': 'application/json',
          [CSRF_HEADER]: csrf,
          ...(isAway ? { [BACKGROUND_HEADER]: '1' } : {}),
        },
        body: JSON.stringify(input ?? {}),
        ...(signal === undefined ? {} : { signal }),
      });
      reply = await response.json();
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return unreachable(name);
    }
    if (response.status === 401) return this.#signedOut();
    return isReply(reply) ? reply : unreachable(name);
  }

  subscribe(listener: (event: TransportEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#stream === null) {
      this.#stream = new AbortController();
      void this.#listen(this.#stream.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stream?.abort();
      this.#stream = null;
    };
  }

  #tell(event: TransportEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #signedOut(): Reply<never> {
    forgetSession();
    this.#tell({ kind: 'signedOut' });
    return localRefusal('UNAUTHENTICATED', 'Your session has ended. Sign in again.');
  }

  /** One connection after another until stopped; a call that works meanwhile changes nothing here. */
  async #listen(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const csrf = csrfToken();
      if (csrf === null) return;
      try {
        const response = await fetch('/api/events', {
          credentials: 'same-origin',
          cache: 'no-store',
          headers: { Accept: 'text/event-stream', [CSRF_HEADER]: csrf },
          signal,
        });
        if (response.status === 401) {
          this.#signedOut();
          return;
        }
        if (response.ok && response.body !== null) {
          failures = 0;
          this.#tell({ kind: 'connected' });
          await this.#read(response.body);
        }
      } catch (error) {
        // The reason does not matter here: whatever ended the stream, the answer is to connect again.
        if (signal.aborted || !(error instanceof Error)) return;
      }
      if (signal.aborted) return;
      this.#tell({ kind: 'lost' });
      const pauseMs = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)];
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const feed = createEventParser(({ data }) => {
      const parsed = announcement.safeParse(parseJson(data));
      if (parsed.success) this.#tell({ kind: 'announcement', announcement: parsed.data });
    });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let watch = giveUpLater(reader);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = giveUpLater(reader);
        feed(value);
      }
    } finally {
      clearTimeout(watch);
    }
  }
}

/** Ends a reading when nothing comes for too long: a server that hangs never closes its connections. */
function giveUpLater(reader: ReadableStreamDefaultReader<string>): ReturnType<typeof setTimeout> {
  return setTimeout(() => void reader.cancel(), SILENCE_MS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreachable(name: ProcedureName): Reply<never> {
  return contract[name].kind === 'query'
    ? localRefusal('UNAVAILABLE', 'Latchkey cannot be reached. It is tried again by itself.')
    : localRefusal(
        'OUTCOME_UNKNOWN',
        'Latchkey did not answer. The change may have been made: look before you repeat it.',
      );
}
