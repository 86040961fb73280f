import { useState } from 'react';

/** What sending came to, as far as a trial asks. */
type Sent<Result> = { readonly ok: true; readonly data: Result } | { readonly ok: false };

/** An import that is tried first. */
export interface Trial<Result> {
  /** What the trial said of the present draft; null before one, and after a change. */
  readonly found: Result | null;
  /** The draft has changed: what a trial said holds no longer. */
  readonly forget: () => void;
  readonly tryIt: () => Promise<void>;
  /** Answers what the import did; null when it was refused. */
  readonly importNow: () => Promise<Result | null>;
}

/** Tries an import and does it. `send` answers null for a draft that cannot be sent yet. */
export function useTrial<Result>(send: (dryRun: boolean) => Promise<Sent<Result> | null>): Trial<Result> {
  const [found, setFound] = useState<Result | null>(null);
  const dataOf = (sent: Sent<Result> | null) => (sent?.ok === true ? sent.data : null);
  return {
    found,
    forget: () => setFound(null),
    tryIt: async () => setFound(dataOf(await send(true))),
    importNow: async () => dataOf(await send(false)),
  };
}
