import type { Settings } from '#contract/settings.ts';
import type { Logger } from '#main/platform/logger.ts';
import { LineWriter } from '#main/platform/line-writer.ts';
import { oneLine } from '#main/platform/one-line.ts';
import { rotatingFile } from '#main/platform/rotating-file.ts';
import { standardErrorSink } from '#main/platform/standard-error.ts';

/** One line. Every field is there in every line; null where it does not apply. There is none that a key, token or body fits into. */
export interface AccessEntry {
  /** ISO 8601, UTC: when the head of the request was there. */
  readonly ts: string;
  readonly method: string;
  /** Without query, keys taken out. */
  readonly path: string;
  /** null when the caller went away before an answer. */
  readonly status: number | null;
  /** From the head of the request until the answer was handed to the system. */
  readonly durationMs: number;
  readonly requestId: string | null;
  readonly keyId: string | null;
  readonly service: string | null;
  /** Of a valid `traceparent`. */
  readonly traceId: string | null;
  readonly remote: string | null;
  /** Bytes of the answer, its head included. */
  readonly bytes: number;
}

/** Of `access.log` and of each of the files that were put aside. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const KEPT_COUNT = 5;

type Mode = Settings['accessLog'];

/** Writes a line of JSON for every request of the service listener, where the settings say so. Nobody waits for it. */
export class AccessLog {
  readonly #parts: { readonly mode: () => Mode; readonly file: string; readonly logger: Logger };
  #open: { readonly mode: Mode; readonly writer: LineWriter } | null = null;
  /** Writers of former modes that still write. */
  #closing: Promise<void> = Promise.resolve();

  /** `mode` is asked at each request. */
  constructor(parts: { readonly mode: () => Mode; readonly file: string; readonly logger: Logger }) {
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#parts.mode() !== 'off';
  }

  write(entry: AccessEntry): void {
    const mode = this.#parts.mode();
    if (this.#open !== null && this.#open.mode !== mode) this.#leave();
    if (mode === 'off') return;
    this.#open ??= { mode, writer: this.#writerOf(mode) };
    this.#open.writer.write(oneLine(JSON.stringify(entry)));
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    this.#leave();
    await this.#closing;
  }

  #leave(): void {
    const writer = this.#open?.writer;
    this.#open = null;
    if (writer !== undefined) this.#closing = this.#closing.then(() => writer.close());
  }

  #writerOf(mode: Mode): LineWriter {
    const { file, logger } = this.#parts;
    const sink =
      mode === 'file'
        ? rotatingFile(file, { bytesMax: FILE_BYTES_MAX, keptCount: KEPT_COUNT })
        : standardErrorSink();
    return new LineWriter(sink, (error) => {
      logger.error('Lines of the access log could not be written and are dropped.', { error });
    });
  }
}
