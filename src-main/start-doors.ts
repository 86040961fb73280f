import type { Role } from '#contract/procedure.ts';
import { changed } from './announcements.ts';
import type { Core } from './core.ts';
import { startAdminServer } from './http/admin-server.ts';
import { AccessLog } from './http/access-log.ts';
import { adminDoorOf, serviceDoorOf } from './http/doors-of.ts';
import { HttpWatch } from './http/http-watch.ts';
import { startServiceServer } from './http/service-server.ts';
import { SessionStore } from './http/session-store.ts';
import { randomBytes } from './platform/random.ts';
import type { SessionAdmin } from './rpc/handler-services.ts';
import { MovableListener, type MovableListenerOptions } from './settings/movable-listener.ts';
import type { ListenerName } from './settings/port-change.ts';

/** The service listener, open. */
export interface OpenServiceDoor {
  /** Where it is now. */
  readonly url: string;
  /** Stops accepting and lets requests in flight finish for `graceMs`. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** The admin listener, open. */
export interface OpenAdminDoor extends OpenServiceDoor {
  readonly createPairingLink: (role: Role) => ReturnType<SessionAdmin['createPairingLink']>;
}

/** Pages at the former admin port have so long to hear where it went. */
const ADMIN_LINGER_MS = 3_000;

/** Opens the service listener and tells the core, also when it moves. Throws StartError(5) when the port is taken. */
export async function openServiceDoor(core: Core, port: number): Promise<OpenServiceDoor> {
  const { clock, directory, logger, settings, portMoves } = core;
  // One for all ports at which it will ever be: counts and the file go on.
  const access = new AccessLog({ mode: () => settings().accessLog, file: directory.accessLog, logger });
  const watch = new HttpWatch({ access, monotonicMs: clock.monotonicMs });
  core.setAnswers(() => watch.answers());
  const door = serviceDoorOf(core);
  const listener = new MovableListener({
    open: (other) => startServiceServer(door, { port: other, watch }),
    current: await startServiceServer(door, { port, watch }),
    lingerMs: 0,
    ...followed(core, 'service'),
  });
  tellOpen(core, 'service', listener);
  return {
    get url() {
      return listener.url;
    },
    close: async (graceMs) => {
      portMoves.attach('service', null);
      await listener.close(graceMs);
      await access.close();
      core.setListeners({ service: { url: null, isListening: false } });
    },
  };
}

/** Opens the admin listener with the UI from `uiDirectory`, and tells the core, also when it moves. Throws StartError(5) when the
 *  port is taken. */
export async function openAdminDoor(
  core: Core,
  options: { readonly port: number; readonly uiDirectory: string },
): Promise<OpenAdminDoor> {
  const { portMoves } = core;
  const sessions = new SessionStore({
    nowMs: core.clock.nowMs,
    randomBytes,
    onChange: () => {
      core.announce(changed('sessions'));
    },
  });
  const start = (port: number, onUse: () => void) =>
    startAdminServer(adminDoorOf(usedBy(core, onUse), sessions), {
      port,
      uiDirectory: options.uiDirectory,
      monotonicMs: core.clock.monotonicMs,
      mayArrive: () => portMoves.mayArrive,
    });
  const listener = new MovableListener({
    open: start,
    current: await start(options.port, () => undefined),
    lingerMs: ADMIN_LINGER_MS,
    ...followed(core, 'admin'),
  });
  const admin = sessionAdmin(sessions, listener);
  core.setSessions(admin);
  tellOpen(core, 'admin', listener);
  return {
    get url() {
      return listener.url;
    },
    createPairingLink: admin.createPairingLink,
    close: async (graceMs) => {
      portMoves.attach('admin', null);
      core.setSessions(null);
      await listener.close(graceMs);
      core.setListeners({ admin: { url: null, isListening: false } });
    },
  };
}

/** What a listener tells of itself while it is open. */
function followed(core: Core, name: ListenerName): Pick<MovableListenerOptions, 'onMoved' | 'onError'> {
  return {
    onMoved: (url) => {
      core.logger.info('A listener moved to another port.', { reason: `${name}: ${url}` });
      core.setListeners({ [name]: { url, isListening: true } });
    },
    onError: (error) => {
      core.logger.error('A port that was left could not be closed.', { error });
    },
  };
}

function tellOpen(core: Core, name: ListenerName, listener: MovableListener): void {
  core.portMoves.attach(name, listener);
  core.setListeners({ [name]: { url: listener.url, isListening: true } });
}

/** The core, which tells when somebody signed in calls. */
function usedBy(core: Core, onUse: () => void): Core {
  return {
    ...core,
    dispatch: (name, input, caller) => {
      onUse();
      return core.dispatch(name, input, caller);
    },
  };
}

/** The code is in the fragment: it is not sent, logged or passed on by browsers. */
function sessionAdmin(sessions: SessionStore, listener: MovableListener): SessionAdmin {
  return {
    list: (currentId) => sessions.list(currentId),
    end: (sessionId) => sessions.end(sessionId),
    createContinueCode: (sessionId) => sessions.createContinueCode(sessionId),
    createPairingLink: (role) => {
      const { code, expiresAt } = sessions.createCode(role);
      return { url: `${listener.url}/#code=${code}`, expiresAt };
    },
  };
}
