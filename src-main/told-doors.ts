import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import type { SystemStatus } from '#contract/system.ts';
import { changed, type Announcements } from './announcements.ts';
import type { Config } from './config.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import type { SessionAdmin } from './rpc/handler-services.ts';
import { PortMoves } from './settings/port-moves.ts';
import type { WiredStore } from './wire-store.ts';

/** Where the listeners are; for status, links and help. */
export type Listeners = Pick<SystemStatus, 'service' | 'admin'>;

/** What the doors have told of themselves. */
export class Doors {
  sessions: SessionAdmin | null = null;
  /** How long answers of the service listener took. */
  answers: () => SystemStatus['answers'] = () => ({ count: 0, latencyUs: null });
  readonly #announcements: Pick<Announcements, 'announce'>;
  #listeners: Listeners = {
    service: { url: null, isListening: false },
    admin: { url: null, isListening: false },
  };

  constructor(announcements: Pick<Announcements, 'announce'>) {
    this.#announcements = announcements;
  }

  get listeners(): Listeners {
    return this.#listeners;
  }

  tell(told: Partial<Listeners>): void {
    this.#listeners = { ...this.#listeners, ...told };
    this.#announcements.announce(changed('status'));
  }
}

/** Where services ask, as it is at each call; the default one while nothing listens. */
export function serviceUrlOf(doors: Doors): () => string {
  return () => doors.listeners.service.url ?? DEFAULT_SERVICE_URL;
}

/** Where the service listener will be when nobody chose another port. */
const DEFAULT_SERVICE_URL = `http://127.0.0.1:${String(DEFAULT_SETTINGS.servicePort)}`;

/** Moves of the doors, which go on with the sessions that these know. */
export function portMovesOf(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<WiredStore, 'settings' | 'system'>;
  readonly doors: Doors;
}): PortMoves {
  const { config, clock, logger, store, doors } = parts;
  return new PortMoves({
    fixed: { service: config.servicePort, admin: config.adminPort },
    stored: () => {
      const { servicePort, adminPort } = store.settings();
      return { service: servicePort, admin: adminPort };
    },
    system: store.system,
    monotonicMs: clock.monotonicMs,
    logger,
    continueCode: ({ actor }) =>
      actor.kind === 'session' ? (doors.sessions?.createContinueCode(actor.id) ?? null) : null,
  });
}
