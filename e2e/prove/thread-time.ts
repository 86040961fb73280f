import { readFileSync } from 'node:fs';

/** What the main thread of a process has had of the machine so far, in ms. */
export interface ThreadTime {
  /** It computed. */
  readonly computedMs: number;
  /** It could have, and other threads had the processors. */
  readonly waitedMs: number;
}

const NS_PER_MS = 1_000_000;

/** Asks the system, which counts in nanoseconds. Linux. */
export function mainThreadTime(pid: number): ThreadTime {
  const fields = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/schedstat`, 'utf8').split(' ');
  const [computedMs = 0, waitedMs = 0] = fields.map((nanoseconds) => Number(nanoseconds) / NS_PER_MS);
  return { computedMs, waitedMs };
}
