import { createHmac } from 'node:crypto';
import type { ServiceId } from '#contract/ids.ts';
import type { Settings } from '#contract/settings.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import { publicOrigin } from '#main/handoffs/public-address.ts';
import { APP_VERSION } from '#main/platform/app-version.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { Logger } from '#main/platform/logger.ts';
import { createNetworkReader } from '#main/verify/network-reader.ts';
import type { Verifier } from '#main/verify/verify-key.ts';
import type { AdminDoor, Door, ServiceDoor } from './doors.ts';
import type { SessionStore } from './session-store.ts';

/** The parts of the running core that the listeners use. */
export interface DoorParts {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly logger: Logger;
  readonly verifier: Verifier;
  readonly requests: {
    readonly report: (serviceId: ServiceId, entries: readonly LogEntry[]) => Promise<LogResponse>;
    readonly whenRecorded: ServiceDoor['whenRecorded'];
  };
  readonly keyEvents: ServiceDoor['keyEvents'];
  readonly settings: () => Settings;
  readonly findAdmin: Door['findAdmin'];
  readonly isTokenLive: AdminDoor['isTokenLive'];
  readonly findService: ServiceDoor['findService'];
  readonly dispatch: AdminDoor['dispatch'];
  readonly findExport: AdminDoor['findExport'];
  readonly subscribe: AdminDoor['subscribe'];
  readonly secretMadeAt: ServiceDoor['secretMadeAt'];
  readonly notReady: ServiceDoor['notReady'];
  readonly metrics: ServiceDoor['metrics'];
  readonly holder: ServiceDoor['holder'];
  readonly access: ServiceDoor['access'];
  readonly products: ServiceDoor['products'];
  readonly handoffs: ServiceDoor['handoffs'];
  readonly tokens: ServiceDoor['tokens'];
}

/** What the service listener may do with the core. */
export function serviceDoorOf(parts: DoorParts): ServiceDoor {
  const identityKey = parts.keyring.hash('latchkey identity v1');
  const networksOf = createNetworkReader();
  return {
    ...doorOf(parts),
    instanceId: parts.instanceId,
    findService: parts.findService,
    verify: (service, request) => parts.verifier.verify(service, request),
    lookUp: (service, request) => parts.verifier.lookUp(service, request),
    whenRecorded: (send) => {
      parts.requests.whenRecorded(send);
    },
    report: (serviceId, entries) => parts.requests.report(serviceId, entries),
    secretMadeAt: parts.secretMadeAt,
    trustedProxies: () => networksOf(parts.settings().trustedProxies),
    notReady: parts.notReady,
    metrics: parts.metrics,
    identityMac: (nonce) => createHmac('sha256', identityKey).update(nonce).digest('hex'),
    helpContact: () => parts.settings().helpContact,
    monotonicMs: parts.clock.monotonicMs,
    keyEvents: parts.keyEvents,
    holder: parts.holder,
    publicOrigin: () => publicOrigin(parts.settings().publicUrl),
    access: parts.access,
    products: parts.products,
    handoffs: parts.handoffs,
    tokens: parts.tokens,
  };
}

/** What the admin listener may do with the core. */
export function adminDoorOf(parts: DoorParts, sessions: SessionStore): AdminDoor {
  return {
    ...doorOf(parts),
    instanceId: parts.instanceId,
    sessions,
    isTokenLive: parts.isTokenLive,
    dispatch: parts.dispatch,
    findExport: parts.findExport,
    subscribe: parts.subscribe,
  };
}

function doorOf(parts: DoorParts): Door {
  return {
    version: APP_VERSION,
    logger: parts.logger,
    nowMs: parts.clock.nowMs,
    newRequestId: parts.verifier.newRequestId,
    findAdmin: parts.findAdmin,
  };
}
