import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { gatherAnnouncements } from './gather-announcements.ts';
import { queryKey, readsOf } from './query-keys.ts';
import type { Transport } from './transport.ts';

/** State of the connection that carries announcements. `sinceMs`: since when it is lost. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost'; readonly sinceMs: number };

/** Fetches again what announcements say has changed, and everything after a lost connection. Once, near the root. */
export function useLiveUpdates(transport: Transport, onSignedOut: () => void): Connection {
  const cache = useQueryClient();
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' });
  useEffect(() => {
    let wasLost = false;
    const gathering = gatherAnnouncements((subjects) => {
      for (const name of readsOf(subjects)) void cache.invalidateQueries({ queryKey: [queryKey(name)[0]] });
    });
    const stop = transport.subscribe((event) => {
      switch (event.kind) {
        case 'announcement':
          gathering.hear(event.announcement);
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
      gathering.stop();
    };
  }, [cache, transport, onSignedOut]);
  return connection;
}
