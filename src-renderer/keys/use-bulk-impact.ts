import { useEffect, useState } from 'react';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { HOUR_MS, MINUTE_MS, type Caller } from '#contract/usage.ts';
import type { ApiClient } from '#renderer/api/client.ts';
import { useApiClient } from '#renderer/api/api-context.tsx';
import { nowMs } from '#renderer/format/clock.ts';
import type { AsyncState } from '#renderer/ui/async-region.tsx';
import { sumOfCallers } from './sum-of-callers.ts';

/** One question asks for the day of at most this many keys. */
const KEYS_A_CALL = 200;
/** So many keys are looked at at most: the dialog is not to wait for ten thousand. */
const KEYS_MAX = 1_000;
/** Keys whose last hour is added up at most, the busiest first. */
const SUMMED_MAX = 20;

/** What several keys were used for in the last hour. */
export interface BulkImpact {
  /** Requests of the keys that were added up. */
  readonly requests: number;
  readonly callers: readonly Caller[];
  /** Those with requests, the busiest first. */
  readonly keys: readonly { readonly name: string; readonly requests: number }[];
  /** Keys that may have requests beyond those that were added up: then the sums are "at least". */
  readonly isCapped: boolean;
}

interface NamedKey {
  readonly keyId: KeyId;
  readonly name: string;
}

/** The requests of the last hour of several keys, as they were when the dialog opened. */
export function useBulkImpact(given: readonly NamedKey[]): AsyncState<BulkImpact> {
  const client = useApiClient();
  const [rows] = useState(given);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ readonly data?: BulkImpact; readonly error?: unknown }>({});
  useEffect(() => {
    const gone = new AbortController();
    readImpact(client, rows, gone.signal).then(
      (data) => {
        if (!gone.signal.aborted) setState({ data });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setState({ error });
      },
    );
    return () => gone.abort();
  }, [client, rows, attempt]);
  return {
    data: state.data,
    error: state.error,
    isFetching: state.data === undefined && state.error === undefined,
    refetch: () => {
      setState({});
      setAttempt((before) => before + 1);
    },
  };
}

async function readImpact(
  client: ApiClient,
  rows: readonly NamedKey[],
  signal: AbortSignal,
): Promise<BulkImpact> {
  const to = Math.ceil(nowMs() / MINUTE_MS) * MINUTE_MS;
  const range = { from: timestampMs.parse(to - HOUR_MS), to: timestampMs.parse(to) };
  const busy = await busyKeys(client, rows.slice(0, KEYS_MAX), signal);
  const hours = await Promise.all(
    busy.slice(0, SUMMED_MAX).map(async ({ keyId, name }) => {
      const { totals, callers } = await client.call('usage.summary', { keyId, ...range }, signal);
      return { name, requests: totals.total, callers };
    }),
  );
  return {
    requests: hours.reduce((sum, { requests }) => sum + requests, 0),
    callers: sumOfCallers(hours.flatMap(({ callers }) => callers)),
    keys: hours.filter(({ requests }) => requests > 0).sort((a, b) => b.requests - a.requests),
    isCapped: rows.length > KEYS_MAX || busy.length > SUMMED_MAX,
  };
}

/** The keys that may have requests in the last hour, which lies in the last two hours of the clock; the busiest first. */
async function busyKeys(
  client: ApiClient,
  rows: readonly NamedKey[],
  signal: AbortSignal,
): Promise<readonly NamedKey[]> {
  const found: { readonly row: NamedKey; readonly requests: number }[] = [];
  for (let from = 0; from < rows.length; from += KEYS_A_CALL) {
    const part = rows.slice(from, from + KEYS_A_CALL);
    const days = await client.call('usage.byKey', { keyIds: part.map(({ keyId }) => keyId) }, signal);
    const recent = new Map(
      days.map(({ keyId, series }) => [
        keyId,
        series.slice(-2).reduce((sum, { allowed, refused }) => sum + allowed + refused, 0),
      ]),
    );
    for (const row of part) {
      const requests = recent.get(row.keyId) ?? 0;
      if (requests > 0) found.push({ row, requests });
    }
  }
  return found.sort((a, b) => b.requests - a.requests).map(({ row }) => row);
}
