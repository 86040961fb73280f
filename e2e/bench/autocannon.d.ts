/** The part of the load generator that the benchmark uses; the package brings no types. */
declare module 'autocannon' {
  interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }

  interface Options {
    readonly url: string;
    /** Used in turn. */
    readonly requests: readonly Request[];
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    readonly verifyBody: (body: Buffer | string | undefined) => boolean;
  }

  interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly mismatches: number;
    readonly requests: { readonly average: number; readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
  }

  export default function autocannon(options: Options): Promise<Result>;
}
