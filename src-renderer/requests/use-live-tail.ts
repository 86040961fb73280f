import { useEffect, useReducer, useState } from 'react';
import { requestFilter, type RequestFilter } from '#contract/requests.ts';
import { useApiClient } from '#renderer/api/api-context.tsx';
import { EMPTY_TAIL, tailAfter, type TailBuffer, type TailEvent } from './tail-buffer.ts';

/** How often the tail asks; a request is to be seen within a second. */
const POLL_MS = 400;
/** Rows a second that people can follow; of more, every nth is shown. */
const ROWS_PER_SECOND = 20;
const FIRST_ROWS = 50;
const ROWS_MAX = 500;
/** How often the newest rows are asked for again, for statuses that services report late. */
const REFRESH_MS = 2_000;
const REFRESH_ROWS = 100;
const RETRY_MS = 2_000;

/** The end of the log as it grows. */
export interface LiveTail {
  readonly tail: TailBuffer;
  readonly send: (event: TailEvent) => void;
  /** Why the last call failed; null when it worked. It is tried again by itself. */
  readonly error: unknown;
}

/** Follows the rows of a filter from now on, beginning with the newest few. Another filter begins anew. */
export function useLiveTail(filter: RequestFilter): LiveTail {
  const client = useApiClient();
  const [tail, send] = useReducer(tailAfter, EMPTY_TAIL);
  const [error, setError] = useState<unknown>(null);
  const asked = JSON.stringify(filter);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const wanted = requestFilter.parse(JSON.parse(asked));
    let after: string | undefined;
    let askedAtMs = performance.now();
    let refreshedAtMs = askedAtMs;
    let timer: ReturnType<typeof setTimeout>;
    const step = async (): Promise<number> => {
      const startMs = performance.now();
      const share = Math.ceil(((startMs - askedAtMs) / 1_000) * ROWS_PER_SECOND);
      askedAtMs = startMs;
      const limit =
        after === undefined ? FIRST_ROWS : Math.max(ROWS_PER_SECOND / 2, Math.min(ROWS_MAX, share));
      const answer = await client.call(
        'requests.tail',
        { filter: wanted, limit, ...(after === undefined ? {} : { after }) },
        signal,
      );
      after = answer.after;
      send({ kind: 'arrived', items: answer.items, matched: answer.matched, every: answer.every });
      if (startMs - refreshedAtMs > REFRESH_MS) {
        refreshedAtMs = startMs;
        const newest = await client.call(
          'requests.list',
          { filter: wanted, limit: REFRESH_ROWS, budgetMs: 300 },
          signal,
        );
        send({ kind: 'refreshed', items: newest.items });
      }
      return answer.hasMore ? 0 : POLL_MS;
    };
    const run = async (): Promise<void> => {
      let pauseMs = RETRY_MS;
      try {
        pauseMs = await step();
        if (!signal.aborted) setError(null);
      } catch (thrown) {
        if (!signal.aborted) setError(thrown);
      }
      if (!signal.aborted) timer = setTimeout(() => void run(), pauseMs);
    };
    send({ kind: 'restart' });
    void run();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [client, asked]);
  return { tail, send, error };
}
