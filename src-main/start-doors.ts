import type { Role } from '#contract/procedure.ts';
import { changed } from './announcements.ts';
import type { Core } from './core.ts';
import { startAdminServer } from './http/admin-server.ts';
import { AccessLog } from './http/access-log.ts';
import { adminDoorOf, serviceDoorOf } from './http/doors-of.ts';
import { HttpWatch } from './http/http-watch.ts';
import type { LoopbackListener } from './http/loopback-server.ts';
import { startServiceServer } from './http/service-server.ts';
import { SessionStore } from './http/session-store.ts';
import { randomBytes } from './platform/random.ts';
import type { SessionAdmin } from './rpc/handler-services.ts';

/** The service listener, open. */
export interface OpenServiceDoor {
  readonly url: string;
  /** Stops accepting and lets requests in flight finish for `graceMs`. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** The admin listener, open. */
export interface OpenAdminDoor extends OpenServiceDoor {
  readonly createPairingLink: (role: Role) => ReturnType<SessionAdmin['createPairingLink']>;
}

/** Opens the service listener and tells the core. Throws StartError(5) when the port is taken. */
export async function openServiceDoor(core: Core, port: number): Promise<OpenServiceDoor> {
  const { clock, directory, logger, settings } = core;
  const access = new AccessLog({ mode: () => settings().accessLog, file: directory.accessLog, logger });
  const watch = new HttpWatch({ access, monotonicMs: clock.monotonicMs });
  const listener = await startServiceServer(serviceDoorOf(core), { port, watch });
  core.setListeners({ service: { url: listener.url, isListening: true } });
  return {
    url: listener.url,
    close: async (graceMs) => {
      await listener.close(graceMs);
      await access.close();
      core.setListeners({ service: { url: null, isListening: false } });
    },
  };
}

/** Opens the admin listener with the UI from `uiDirectory`, and tells the core. Throws StartError(5) when the port is taken. */
export async function openAdminDoor(
  core: Core,
  options: { readonly port: number; readonly uiDirectory: string },
): Promise<OpenAdminDoor> {
  const sessions = new SessionStore({
    nowMs: core.clock.nowMs,
    randomBytes,
    onChange: () => {
      core.announce(changed('sessions'));
    },
  });
  const listener = await startAdminServer(adminDoorOf(core, sessions), {
    ...options,
    monotonicMs: core.clock.monotonicMs,
  });
  const admin = sessionAdmin(sessions, listener);
  core.setSessions(admin);
  core.setListeners({ admin: { url: listener.url, isListening: true } });
  return {
    url: listener.url,
    createPairingLink: admin.createPairingLink,
    close: async (graceMs) => {
      core.setSessions(null);
      await listener.close(graceMs);
      core.setListeners({ admin: { url: null, isListening: false } });
    },
  };
}

/** The code is in the fragment: it is not sent, logged or passed on by browsers. */
function sessionAdmin(sessions: SessionStore, listener: LoopbackListener): SessionAdmin {
  return {
    list: (currentId) => sessions.list(currentId),
    end: (sessionId) => sessions.end(sessionId),
    createPairingLink: (role) => {
      const { code, expiresAt } = sessions.createCode(role);
      return { url: `${listener.url}/#code=${code}`, expiresAt };
    },
  };
}
