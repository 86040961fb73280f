import { createContext } from 'react';
import type { Connection } from '#renderer/api/live-updates.ts';

/** State of the connection to the server, for the shell. */
export const ConnectionContext = createContext<Connection>({ kind: 'connecting' });
