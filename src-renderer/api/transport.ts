import type { ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import type { Announcement } from '#contract/events.ts';

/** What a transport tells besides replies. */
export type TransportEvent =
  | { readonly kind: 'announcement'; readonly announcement: Announcement }
  /** Announcements flow (again): what was missed in between must be fetched. */
  | { readonly kind: 'connected' }
  /** The server cannot be reached; the transport keeps trying. */
  | { readonly kind: 'lost' }
  /** The session ended or never was: sign in. */
  | { readonly kind: 'signedOut' };

/** The road to the server: Electron IPC or HTTP. Screens never see which. */
export interface Transport {
  /** One procedure call. Answers a Reply whatever happens; never rejects, except when `signal` aborts it. */
  call(name: ProcedureName, input: unknown, signal?: AbortSignal): Promise<Reply<unknown>>;
  /** Starts listening; the returned function stops. */
  subscribe(listener: (event: TransportEvent) => void): () => void;
}

/** A refusal made on this side, for when no answer came. */
export function localRefusal(
  code: 'UNAVAILABLE' | 'UNAUTHENTICATED' | 'OUTCOME_UNKNOWN',
  message: string,
): Reply<never> {
  return { ok: false, error: { code, message, requestId: '' } };
}
