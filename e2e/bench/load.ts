import autocannon from 'autocannon';

/** One measured round. Latencies in ms. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** What every answer must contain; a benchmark that measured errors has failed. */
  readonly mustContain: string;
}

/** Closed-loop load over loopback. Throws when any answer was not a 200 with the expected text. */
export async function runLoad(options: LoadOptions): Promise<Round> {
  const result = await autocannon({
    url: options.url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: options.body,
    connections: options.connections,
    duration: options.seconds,
    verifyBody: (body) => body !== undefined && body.toString().includes(options.mustContain),
  });
  const bad = result.errors + result.timeouts + result.non2xx + result.mismatches;
  if (bad > 0) throw new Error(`${String(bad)} answers of ${options.url} were not the expected ones.`);
  return { requestsPerSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/** Middle value; the mean of the middle two when there is no middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
