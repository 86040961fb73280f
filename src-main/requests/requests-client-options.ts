import type { Worker } from 'node:worker_threads';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { KeyDescription, RestoredUse, RetentionSettings } from './requests-messages.ts';

/** What the client of the log needs. */
export interface RequestsClientOptions {
  /** Starts requests-worker as it is called in this host. */
  readonly createWorker: () => Worker;
  /** Path of requests.db; the journal is the folder `requests.journal` beside it. */
  readonly file: string;
  /** What may wait in the journal for the log, bytes; 256 MiB unless told. */
  readonly journalBytesMax?: number;
  readonly clock: Clock;
  readonly retention: RetentionSettings;
  /** Whose key it is, for reports of requests verified elsewhere; null when unknown. */
  readonly findKey: (keyId: KeyId) => KeyDescription | null;
  readonly findServiceName: (serviceId: ServiceId) => string | null;
  /** The log was opened for the first time: what it kept. Comes after `start` has resolved when the log was slow to open. */
  readonly onRestored?: (restored: RestoredUse) => void;
  /** Rows were added, or the state of the log changed; at most once a second. */
  readonly onChange: () => void;
  /** The worker ended and is started again. */
  readonly onDown: (error: unknown) => void;
  /** The thread that answers long questions ended; what it was asked has failed, and the next such question starts another. */
  readonly onReaderDown: (error: unknown) => void;
  /** That thread, where it is not started as the worker; for tests, as its time without questions. */
  readonly createReader?: () => Worker;
  readonly readerIdleMs?: number;
}
