import type { Actor } from '#contract/audit.ts';
import type { Announcement } from '#contract/events.ts';
import type { KeyId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { LookupRequest } from '#contract/lookup.ts';
import type { Role } from '#contract/procedure.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import type { AccessDesk } from '#main/access-requests/access-desk.ts';
import type { ProductDesk } from '#main/products/product-desk.ts';
import type { HandoffDesk } from '#main/handoffs/handoff-desk.ts';
import type { IpNetwork } from '#main/domain/ip-address.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { DecisionSink } from '#main/requests/decision-row.ts';
import type { ExportFile } from '#main/requests/export-files.ts';
import type { Dispatch } from '#main/rpc/dispatch.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { KeyEvents } from '#main/verify/key-events.ts';
import type { Verification } from '#main/verify/known-at.ts';
import type { LookupOutcome } from '#main/verify/look-up-key.ts';
import type { VerifyOutcome } from '#main/verify/verify-key.ts';
import type { Connection } from '#main/verify/connection-services.ts';
import type { HolderDesk } from './holder-desk.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenDesk } from './token-desk.ts';

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
  /** null for a text that is no live service token. `connection` = the socket it came over, by which the token of the last request is recognised; null for none. */
  readonly findService: (token: string, connection: Connection | null) => ServiceRef | null;
  readonly verify: (service: ServiceRef, request: Verification) => VerifyOutcome;
  readonly lookUp: (service: ServiceRef, request: LookupRequest) => LookupOutcome;
  /** Every answer that tells a decision is sent through this: see DecisionSink. */
  readonly whenRecorded: DecisionSink['whenRecorded'];
  /** When this secret of a key was made; null when there is none. */
  readonly secretMadeAt: (keyId: KeyId, version: number) => TimestampMs | null;
  readonly report: (serviceId: ServiceId, entries: readonly LogEntry[]) => Promise<LogResponse>;
  /** Proxies in front of a verifier whose word about their client's address is taken. */
  readonly trustedProxies: () => readonly IpNetwork[];
  /** What keeps a verification from being decided, in words; empty when ready. */
  readonly notReady: () => readonly string[];
  /** The answer to GET /metrics. Rejects when the key store cannot be read. */
  readonly metrics: () => Promise<string>;
  /** Keyed hash of a caller's nonce, hex: proves that this instance answers. */
  readonly identityMac: (nonce: string) => string;
  readonly instanceId: string;
  readonly helpContact: () => string | null;
  readonly monotonicMs: () => number;
  /** Tells verifiers that keep decisions which keys changed. */
  readonly keyEvents: Pick<KeyEvents, 'open' | 'acknowledge' | 'end'>;
  /** What holders of keys and enrolment tokens do by themselves; loaded at the first call. */
  readonly holder: () => Promise<HolderDesk>;
  /** Origin of the address by which people outside reach the public pages, lower case; null = nobody does. */
  readonly publicOrigin: () => string | null;
  /** What strangers may ask for; loaded at the first call. */
  readonly access: () => Promise<AccessDesk>;
  /** What everybody may know of products; loaded at the first call. */
  readonly products: () => Promise<ProductDesk>;
  /** What recipients of handoffs may see and do. */
  readonly handoffs: () => Promise<HandoffDesk>;
  /** Exchanges keys for tokens; loaded at the first call. */
  readonly tokens: () => Promise<TokenDesk>;
}

/** What the admin listener needs. */
export interface AdminDoor extends Door {
  readonly instanceId: string;
  readonly sessions: SessionStore;
  /** Is the admin token with this id still good? Sessions that were opened with it end with it. */
  readonly isTokenLive: (tokenId: string) => boolean;
  readonly dispatch: Dispatch;
  /** A finished file of an export; null when it is not kept any more. */
  readonly findExport: (fileId: string) => ExportFile | null;
  /** Calls `listener` after each committed change; returns how to stop. */
  readonly subscribe: (listener: (announcement: Announcement) => void) => () => void;
}
