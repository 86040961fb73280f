import type { KeyId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import { SLOW_SHOWN_MAX, type SystemStatus } from '#contract/system.ts';
import type { DecisionCode } from '#contract/verify.ts';
import type { Logger } from '#main/platform/logger.ts';

/** A verification that took long. Nothing of what was asked: the request log has that, under the same request id. */
export interface SlowVerification {
  readonly atMs: TimestampMs;
  readonly latencyUs: number;
  readonly code: DecisionCode;
  readonly requestId: RequestId;
  readonly serviceId: ServiceId;
  readonly service: string;
  /** null where no key of ours was found. */
  readonly keyId: KeyId | null;
}

/** The least that the setting `slowVerifyMs` can be. What took less is compared with this and with nothing else. */
export const SLOW_FROM_US_MIN = 1_000;

/** A line is not written where somebody waits for the answer … */
const FIRST_LINE_MS = 1_000;
/** … and what goes on is told once in this time: a slow disk would fill the log else. */
const LINE_EVERY_MS = 60_000;

interface SlowParts {
  /** The setting slowVerifyMs; asked at each one that took SLOW_FROM_US_MIN or longer. */
  readonly fromMs: () => number;
  readonly monotonicMs: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Remembers the newest verifications that took long, and tells the log of them by and by. In memory only, since the start. */
export class SlowVerifications {
  readonly #parts: SlowParts;
  #newest: readonly SlowVerification[] = [];
  #count = 0;
  #untold = 0;
  #slowestUntold: SlowVerification | null = null;
  #toldAtMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: SlowParts) {
    this.#parts = parts;
  }

  readonly note = (slow: SlowVerification): void => {
    if (slow.latencyUs < this.#parts.fromMs() * 1_000) return;
    this.#count += 1;
    this.#untold += 1;
    this.#newest = [slow, ...this.#newest.slice(0, SLOW_SHOWN_MAX - 1)];
    if (slow.latencyUs > (this.#slowestUntold?.latencyUs ?? 0)) this.#slowestUntold = slow;
    const waitMs = Math.max(FIRST_LINE_MS, this.#toldAtMs + LINE_EVERY_MS - this.#parts.monotonicMs());
    this.#timer ??= setTimeout(this.#tell, waitMs).unref();
  };

  figures(): SystemStatus['verify']['slow'] {
    return {
      fromMs: this.#parts.fromMs(),
      count: this.#count,
      items: this.#newest.map(({ atMs, ...slow }) => ({ at: atMs, ...slow })),
    };
  }

  /** Tells what was not told yet. */
  close(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#tell();
  }

  readonly #tell = (): void => {
    const slowest = this.#slowestUntold;
    const count = this.#untold;
    this.#timer = null;
    this.#toldAtMs = this.#parts.monotonicMs();
    this.#slowestUntold = null;
    this.#untold = 0;
    if (slowest === null) return;
    const { code, keyId, latencyUs, requestId, serviceId } = slowest;
    const key = keyId === null ? {} : { keyId };
    this.#parts.logger.warn('Verifications took long; the fields say how many, and which took longest.', {
      ...{ count, durationMs: latencyUs / 1_000, requestId, serviceId, code },
      ...key,
    });
  };
}
