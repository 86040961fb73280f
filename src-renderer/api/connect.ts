import { currentSession, signInWithCode, type SignInResult } from './browser-session.ts';
import { createClient } from './client.ts';
import { createDesktop } from './desktop.ts';
import type { Api } from './api-context.tsx';
import { HttpTransport } from './http-transport.ts';
import { createIpcTransport } from './ipc-transport.ts';
import type { Transport } from './transport.ts';

/** Whether this page may call the server yet, and if a sign-in just failed, why. */
export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'signIn'; readonly refusal: Extract<SignInResult, { ok: false }> | null };

/** How this page reaches the server. */
export interface Link {
  readonly api: Api;
  readonly transport: Transport;
  /** Signs in with the code of a pairing link, else looks for a session that is still good. Never rejects. */
  readonly signIn: (pairingCode: string | null) => Promise<Access>;
}

/** Chooses the transport: the desktop's bridge where there is one, HTTP otherwise. */
export function connectApi(): Link {
  const bridge = window.latchkey;
  const transport = bridge === undefined ? new HttpTransport() : createIpcTransport(bridge);
  return {
    transport,
    api: { client: createClient(transport), desktop: createDesktop(bridge?.desktop) },
    signIn: bridge === undefined ? signInInBrowser : async () => ({ kind: 'open' }),
  };
}

async function signInInBrowser(pairingCode: string | null): Promise<Access> {
  if (pairingCode !== null) {
    const result = await signInWithCode(pairingCode);
    return result.ok ? { kind: 'open' } : { kind: 'signIn', refusal: result };
  }
  const session = await currentSession().catch(() => null);
  return session === null ? { kind: 'signIn', refusal: null } : { kind: 'open' };
}
