import type { Actor } from '#contract/audit.ts';
import type { Reply } from '#contract/errors.ts';
import type { Announcement } from '#contract/events.ts';
import type { RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import type { LogEntry, LogResponse, VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { SessionStore } from './session-store.ts';

/** The service that asks, as its token says. */
export interface CallingService {
  readonly id: ServiceId;
  readonly name: string;
  readonly slug: string;
}

/** A verification that could not be run because of how it was asked. */
export interface BadVerification {
  readonly kind: 'bad-request';
  readonly field: string;
  readonly message: string;
}

/** Who holds an admin token. */
export interface AdminPrincipal {
  readonly actor: Actor;
  readonly role: Role;
}

/** What both listeners need of the core. Look-ups read the store at each call and throw when it cannot be read. */
export interface Door {
  readonly version: string;
  readonly logger: Logger;
  readonly nowMs: () => TimestampMs;
  readonly newRequestId: () => RequestId;
  /** null when the token is unknown, revoked or expired. */
  readonly findAdmin: (token: string) => AdminPrincipal | null;
}

/** What the service listener needs. */
export interface ServiceDoor extends Door {
  readonly findService: (token: string) => CallingService | null;
  readonly verify: (
    service: CallingService,
    request: VerifyRequest,
  ) => { readonly kind: 'decision'; readonly decision: VerifyResponse } | BadVerification;
  readonly report: (serviceId: ServiceId, entries: readonly LogEntry[]) => Promise<LogResponse>;
  /** What keeps a verification from being decided, in words; empty when ready. */
  readonly notReady: () => readonly string[];
  /** Keyed hash of a caller's nonce, hex: proves that this instance answers. */
  readonly identityMac: (nonce: string) => string;
  readonly instanceId: string;
  readonly helpContact: () => string | null;
}

/** What the admin listener needs. */
export interface AdminDoor extends Door {
  readonly instanceId: string;
  readonly sessions: SessionStore;
  /** Is the admin token with this id still good? Sessions that were opened with it end with it. */
  readonly isTokenLive: (tokenId: string) => boolean;
  readonly dispatch: (
    name: string,
    input: unknown,
    caller: { readonly actor: Actor; readonly role: Role; readonly requestId: RequestId },
  ) => Promise<Reply<unknown>>;
  /** Calls `listener` after each committed change; returns how to stop. */
  readonly subscribe: (listener: (announcement: Announcement) => void) => () => void;
}
