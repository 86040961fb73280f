import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Announcement } from '#contract/events.ts';
import { queryKey, readsOf } from './query-keys.ts';
import type { Transport } from './transport.ts';

/** State of the connection that carries announcements. `sinceMs`: since when it is lost. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost'; readonly sinceMs: number };

/** Bursts of announcements are taken together, so that a busy log does not make a screen fetch without pause. */
const GATHER_MS = 300;
/** Traffic announces itself all the time; figures that are this old are young enough. */
const GATHER_TRAFFIC_MS = 2_000;

const isTrafficOnly = ({ subjects }: Announcement) =>
  subjects.every((subject) => subject === 'requests' || subject === 'status');

/** Fetches again what announcements say has changed, and everything after a lost connection. Once, near the root. */
export function useLiveUpdates(transport: Transport, onSignedOut: () => void): Connection {
  const cache = useQueryClient();
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' });
  useEffect(() => {
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    let wasLost = false;
    const flush = () => {
      timer = null;
      for (const name of waiting) void cache.invalidateQueries({ queryKey: [name] });
      waiting.clear();
    };
    const stop = transport.subscribe((event) => {
      switch (event.kind) {
        case 'announcement':
          for (const name of readsOf(event.announcement.subjects)) waiting.add(queryKey(name)[0]);
          timer ??= setTimeout(flush, isTrafficOnly(event.announcement) ? GATHER_TRAFFIC_MS : GATHER_MS);
          break;
        case 'connected':
          setConnection({ kind: 'connected' });
          if (wasLost) void cache.invalidateQueries();
          wasLost = false;
          break;
        case 'lost':
          wasLost = true;
          setConnection((before) =>
            before.kind === 'lost' ? before : { kind: 'lost', sinceMs: Date.now() },
          );
          break;
        case 'signedOut':
          onSignedOut();
          break;
      }
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [cache, transport, onSignedOut]);
  return connection;
}
