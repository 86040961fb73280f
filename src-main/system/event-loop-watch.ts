import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long the event loop kept work waiting, ms. */
export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The delay is sampled this often, so that is also what an idle loop seems to take: it is subtracted. */
const RESOLUTION_MS = 10;
/** Figures cover one period of this length. */
const PERIOD_MS = 10_000;
const NS_PER_MS = 1e6;

/** Watches the event loop that verifies. Keeps no process alive. */
export class EventLoopWatch {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #last: EventLoopDelay | null = null;

  constructor() {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      this.#last = this.#read();
      this.#histogram.reset();
    }, PERIOD_MS);
    this.#timer.unref();
  }

  /** Of the last whole period; in the first one, of what there is. */
  get delay(): EventLoopDelay {
    return this.#last ?? this.#read();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #read(): EventLoopDelay {
    const histogram = this.#histogram;
    if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
    return {
      p50: beyondSampling(histogram.percentile(50)),
      p99: beyondSampling(histogram.percentile(99)),
      max: beyondSampling(histogram.max),
    };
  }
}

function beyondSampling(ns: number): number {
  return Math.max(0, Math.round((ns / NS_PER_MS - RESOLUTION_MS) * 1_000) / 1_000);
}
