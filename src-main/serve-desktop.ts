import type { Worker } from 'node:worker_threads';
import type { Reply } from '#contract/errors.ts';
import type { Config } from './config.ts';
import { startCore } from './core.ts';
import type { Core } from './core.ts';
import type { Logger } from './platform/logger.ts';
import type { SecretStore } from './platform/secret-store.ts';
import { openAdminDoor, openServiceDoor } from './start-doors.ts';
import type { OpenAdminDoor } from './start-doors.ts';

/** The surroundings of the desktop app's server. */
export interface DesktopServerOptions {
  readonly config: Config;
  readonly secretStore: SecretStore;
  readonly logger: Logger;
  /** Folder of the built screens, for the admin listener. */
  readonly uiDirectory: string;
  readonly createRequestsWorker: () => Worker;
}

/** The server inside the desktop app. */
export interface DesktopServer {
  readonly core: Core;
  /** Where services verify now. */
  readonly serviceUrl: () => string;
  /** Calls an admin procedure as the person at the desktop, who is the owner. */
  readonly call: (name: string, input: unknown) => Promise<Reply<unknown>>;
  /** Lets requests in flight finish, then closes the store. May be called twice. */
  readonly close: () => Promise<void>;
}

/** Requests in flight may take this long when the app quits. */
const DOORS_GRACE_MS = 2_000;
const OWNER = { kind: 'desktop', id: 'desktop', name: 'Desktop app' } as const;

/** The arguments that are meant for the server, out of a command line that also holds those of the shell around it. */
export function serverArguments(argv: readonly string[]): string[] {
  const own: string[] = [];
  argv.forEach((argument, index) => {
    if (!/^--(?:data|port|admin-port)(?:=|$)/.test(argument)) return;
    own.push(argument);
    const value = argv[index + 1];
    if (!argument.includes('=') && value !== undefined) own.push(value);
  });
  return own;
}

/** Opens the core and the service listener; the admin listener only while the setting asks for it. Throws StartError. */
export async function startDesktopServer(options: DesktopServerOptions): Promise<DesktopServer> {
  const core = await startCore({ ...options, host: 'desktop' });
  try {
    const service = await openServiceDoor(core, core.portMoves.ports.service);
    const admin = new SwitchedAdminDoor(core, options.uiDirectory);
    await admin.follow();
    const stopListening = core.subscribe(({ subjects }) => {
      if (subjects.includes('settings')) void admin.follow();
    });
    return {
      core,
      serviceUrl: () => service.url,
      call: (name, input) =>
        core.dispatch(name, input, { actor: OWNER, role: 'owner', requestId: core.verifier.newRequestId() }),
      close: async () => {
        stopListening();
        await Promise.all([service.close(DOORS_GRACE_MS), admin.close()]);
        await core.close();
      },
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}

/** The admin listener, open while the setting `adminHttpInDesktop` is on. One change after another. */
class SwitchedAdminDoor {
  readonly #core: Core;
  readonly #uiDirectory: string;
  #door: OpenAdminDoor | null = null;
  #isClosed = false;
  #changes: Promise<void> = Promise.resolve();

  constructor(core: Core, uiDirectory: string) {
    this.#core = core;
    this.#uiDirectory = uiDirectory;
  }

  /** Opens or closes as the setting now says. Never rejects: the app goes on without, and the log says why. */
  follow(): Promise<void> {
    this.#changes = this.#changes
      .then(() => this.#apply(!this.#isClosed && this.#core.settings().adminHttpInDesktop))
      .catch((error: unknown) => {
        this.#core.logger.error('The admin listener could not be switched.', { error });
      });
    return this.#changes;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.follow();
  }

  async #apply(isWanted: boolean): Promise<void> {
    if (isWanted === (this.#door !== null)) return;
    if (this.#door !== null) {
      const door = this.#door;
      this.#door = null;
      await door.close(DOORS_GRACE_MS);
      return;
    }
    const options = { port: this.#core.portMoves.ports.admin, uiDirectory: this.#uiDirectory };
    this.#door = await openAdminDoor(this.#core, options);
  }
}
