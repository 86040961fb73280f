/** What became of a request. With `requestId` it joins that decision; without, `keyId`, `method` and `path` say whose it was. */
export interface Report {
  readonly requestId?: string;
  readonly keyId?: string;
  readonly method?: string;
  readonly path?: string;
  readonly at?: number;
  readonly responseStatus: number;
  readonly durationMs: number;
}

/** How reports are sent. */
export interface ReportOptions {
  /** Reports wait at most so long, ms; 1,000 unless told. */
  readonly flushMs?: number;
  /** So many are sent at once, without waiting; at most 1,000, and 200 unless told. */
  readonly batchSize?: number;
  /** So many wait at most; further ones are dropped and counted. 10,000 unless told. */
  readonly queueMax?: number;
}

/** Counts since the start. `dropped` = not sent, because the queue was full or Latchkey could not be reached twice;
 *  `rejected` = sent and not taken. */
export interface ReportFigures {
  readonly queued: number;
  readonly sent: number;
  readonly dropped: number;
  readonly rejected: number;
}

/** Sends a batch; gives how many entries were not taken. Throws when it should be tried again. */
export type SendReports = (entries: readonly Report[]) => Promise<number>;

const ENTRIES_MAX = 1_000;
const RETRY_AFTER_MS = 250;

/** Collects reports and sends them in batches, one batch at a time. Adding one never waits and never throws. */
export class Reporter {
  readonly #send: SendReports;
  readonly #flushMs: number;
  readonly #batchSize: number;
  readonly #queueMax: number;
  #queue: Report[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #sent = 0;
  #dropped = 0;
  #rejected = 0;

  constructor(
    send: SendReports,
    { flushMs = 1_000, batchSize = 200, queueMax = 10_000 }: ReportOptions = {},
  ) {
    this.#send = send;
    this.#flushMs = flushMs;
    this.#batchSize = Math.min(Math.max(1, batchSize), ENTRIES_MAX);
    this.#queueMax = queueMax;
  }

  add(report: Report): void {
    if (this.#queue.length >= this.#queueMax) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(report);
    if (this.#queue.length >= this.#batchSize) void this.flush();
    else if (this.#timer === null) {
      // A service that ends need not wait for its reports; close() does.
      this.#timer = setTimeout(() => void this.flush(), this.#flushMs).unref();
    }
  }

  get figures(): ReportFigures {
    return {
      queued: this.#queue.length,
      sent: this.#sent,
      dropped: this.#dropped,
      rejected: this.#rejected,
    };
  }

  /** Sends what waits. Never rejects: what could not be sent is in the figures. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, ENTRIES_MAX);
      this.#queue = this.#queue.slice(batch.length);
      try {
        this.#rejected += await this.#sendTwice(batch);
        this.#sent += batch.length;
      } catch {
        this.#dropped += batch.length;
      }
    }
  }

  async #sendTwice(batch: readonly Report[]): Promise<number> {
    try {
      return await this.#send(batch);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      return this.#send(batch);
    }
  }
}
