import type { Worker } from 'node:worker_threads';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { Settings } from '#contract/settings.ts';
import type { Announcements } from './announcements.ts';
import type { Config } from './config.ts';
import type { UseCaseContext } from './context.ts';
import { type OwnWork, startOwnWork } from './start-own-work.ts';
import type { Jobs } from './jobs/jobs.ts';
import { startJobs } from './jobs/start-jobs.ts';
import type { LateNotices } from './late-notices.ts';
import { type LateDesks, lateDesks } from './late-desks.ts';
import { lockDirectory } from './lock-directory.ts';
import { type Clock, createClock } from './platform/clock.ts';
import { type DataDirectory, prepareDataDirectory } from './platform/data-directory.ts';
import { hardenProcess } from './platform/harden-process.ts';
import { inOrder } from './platform/in-order.ts';
import type { Keyring } from './platform/keyring.ts';
import { type LoggedWarning, rememberWarnings } from './platform/recent-warnings.ts';
import type { Logger } from './platform/logger.ts';
import { fileSecretStore, givenSecretStore, type SecretStore } from './platform/secret-store.ts';
import { ExportFiles } from './requests/export-files.ts';
import type { RequestsClient } from './requests/requests-client.ts';
import type { Dispatch } from './rpc/dispatch.ts';
import type { HandlerServices, SessionAdmin } from './rpc/handler-services.ts';
import { lateDispatch } from './rpc/late-dispatch.ts';
import type { PortMoves } from './settings/port-moves.ts';
import { Doors, type Listeners, portMovesOf, serviceUrlOf } from './told-doors.ts';
import { createInspectAside } from './requests/inspect-aside.ts';
import { systemStatus } from './system/system-status.ts';
import type { Verifier } from './verify/verify-key.ts';
import { wireFigures, type WiredFigures } from './wire-figures.ts';
import { endingsOf, wireRequests, type WiredRequests } from './wire-requests.ts';
import { type WiredStore, wireStore } from './wire-store.ts';
import { createSelfTests } from './wire-self-test.ts';
import { type WiredTokens, wireTokens } from './wire-tokens.ts';

/** The whole product behind its doors. The same for the desktop app and the headless server. */
export interface Core extends LateDesks, WiredTokens {
  readonly host: 'desktop' | 'headless';
  readonly directory: DataDirectory;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** Where the listeners open, and moves of them. */
  readonly portMoves: PortMoves;
  readonly dispatch: Dispatch;
  readonly verifier: Verifier;
  readonly requests: RequestsClient;
  /** Tells verifiers that keep decisions which keys changed. */
  readonly keyEvents: WiredStore['keyEvents'];
  readonly findExport: ExportFiles['find'];
  /** The settings as they are now. */
  readonly settings: () => Settings;
  /** When this secret of a key was made; null when there is none. As findAdmin. */
  readonly secretMadeAt: (keyId: KeyId, version: number) => TimestampMs | null;
  /** Hears of every committed change; returns how to stop. */
  readonly subscribe: Announcements['subscribe'];
  readonly announce: Announcements['announce'];
  /** What keeps a verification from being decided, in words; empty when ready. */
  readonly notReady: () => readonly string[];
  /** Figures for monitoring as Prometheus text. Rejects when the store cannot be read. */
  readonly metrics: () => Promise<string>;
  /** How a notice is shown on this desktop; only where there is one. */
  readonly setDesktop: LateNotices['setDesktop'];
  /** Doors tell where they listen … */
  readonly setListeners: (told: Partial<Listeners>) => void;
  /** … how long their answers take … */
  readonly setAnswers: (read: () => SystemStatus['answers']) => void;
  /** … and who is signed in; null when no admin listener runs. */
  readonly setSessions: (sessions: SessionAdmin | null) => void;
  /** Writes what is queued and lets go of the data directory; within 5 s. Close the doors first. May be called twice. */
  readonly close: () => Promise<void>;
}

/** What differs between the hosts. */
export interface CoreOptions {
  readonly config: Config;
  readonly host: Core['host'];
  /** Where the master secret is kept; null = the file master.key. LATCHKEY_PEPPER wins over both. */
  readonly secretStore: SecretStore | null;
  readonly createRequestsWorker: () => Worker;
  readonly logger: Logger;
  /** Replaced in tests. */
  readonly clock?: Clock;
}

/** Opens everything in the order that loses nothing and wires it together. Throws StartError with the exit code; then
 *  nothing is left open. */
export async function startCore(options: CoreOptions): Promise<Core> {
  hardenProcess();
  const { config } = options;
  const clock = options.clock ?? createClock();
  const { logger, recent } = rememberWarnings(options.logger, clock.nowMs);
  const directory = prepareDataDirectory(config.dataDirectory);
  const lock = lockDirectory(directory, clock.nowMs());
  const closing: (() => void | Promise<void>)[] = [lock.release];
  try {
    const secretStore = chooseSecretStore(options, directory);
    let log: RequestsClient | null = null;
    const inspectAside = createInspectAside(options.createRequestsWorker, () => log);
    const store = await wireStore({ config, directory, clock, logger, secretStore, inspectAside });
    closing.unshift(() => {
      store.anchor.retry();
      store.disk.stop();
      store.store.close();
    });
    const doors = new Doors(store.announcements);
    const requests = await wireRequests(store, {
      directory,
      clock,
      logger,
      createWorker: options.createRequestsWorker,
      serviceUrl: () => doors.listeners.service.url ?? '',
    });
    log = requests.client;
    closing.unshift(...endingsOf(requests, clock));
    const jobs = startJobs({ clock, announce: store.announcements.announce, logger });
    const exports = emptyExports(directory, closing);
    closing.unshift(() => jobs.close());
    const figures = wireFigures({ host: options.host, clock, store, requests });
    closing.unshift(figures.close);
    const ownWork = startOwnWork(store, requests, { directory, clock, logger, inspectAside, closing });
    return assemble({
      options: { ...options, logger },
      recentWarnings: recent,
      clock,
      directory,
      store,
      requests,
      figures,
      jobs,
      ...ownWork,
      exports,
      doors,
      portMoves: portMovesOf({ config, clock, logger, store, doors }),
      close: once(() => inOrder(closing)),
    });
  } catch (error) {
    await inOrder(closing);
    throw error;
  }
}

/** Files of exports live as long as the program. */
function emptyExports(directory: DataDirectory, closing: (() => void)[]): ExportFiles {
  const exports = new ExportFiles(directory.exports);
  exports.clear();
  closing.unshift(() => {
    exports.clear();
  });
  return exports;
}

interface Parts extends OwnWork {
  readonly options: CoreOptions;
  readonly recentWarnings: () => readonly LoggedWarning[];
  readonly clock: Clock;
  readonly directory: DataDirectory;
  readonly store: WiredStore;
  readonly requests: WiredRequests;
  readonly figures: WiredFigures;
  readonly jobs: Jobs;
  readonly exports: ExportFiles;
  readonly doors: Doors;
  readonly portMoves: PortMoves;
  readonly close: () => Promise<void>;
}

function assemble(parts: Parts): Core {
  const { options, clock, directory, store, requests, doors, close } = parts;
  const { host, logger } = options;
  const { keyring, instanceId, settings, announcements } = store;
  return {
    host,
    directory,
    instanceId,
    clock,
    keyring,
    logger,
    portMoves: parts.portMoves,
    dispatch: dispatchOf(parts),
    verifier: requests.verifier,
    requests: requests.client,
    keyEvents: store.keyEvents,
    findExport: (fileId) => parts.exports.find(fileId),
    settings,
    ...wireTokens(store, requests, clock, logger),
    secretMadeAt: (keyId, version) =>
      store.store.db.secrets.list(keyId).find((secret) => secret.version === version)?.createdAtMs ?? null,
    subscribe: announcements.subscribe,
    announce: announcements.announce,
    notReady: () => (store.store.isUsable() ? [] : ['The key store cannot be read.']),
    ...lateDesks({ store, requests, clock, logger, doors }),
    metrics: parts.figures.metrics,
    setDesktop: parts.notices.setDesktop,
    setListeners: (told) => {
      doors.tell(told);
    },
    setAnswers: (read) => {
      doors.answers = read;
    },
    setSessions: (sessions) => {
      doors.sessions = sessions;
    },
    close,
  };
}

function dispatchOf(parts: Parts): Dispatch {
  const { logger } = parts.options;
  const services = handlerServices(parts);
  return lateDispatch(async () => {
    const [{ createDispatch }, { createHandlers }, { Replays }] = await Promise.all([
      import('./rpc/dispatch.ts'),
      import('./rpc/handlers.ts'),
      import('./replay/replays.ts'),
    ]);
    const replays = new Replays({ jobs: parts.jobs, requests: parts.requests.client });
    const handlers = createHandlers({ ...services, replays });
    return createDispatch({ context: parts.store.contextOf, logger, handlers });
  }, logger);
}

function handlerServices(parts: Parts): Omit<HandlerServices, 'replays'> {
  const { options, clock, store, requests, jobs, doors } = parts;
  const { backups, anchor } = store;
  const status = statusOf(parts);
  return {
    host: options.host,
    requests: requests.client,
    simulate: (_context, input) => requests.simulate(input),
    canCall: requests.canCall,
    withdrawals: requests.withdrawals,
    limitsLeft: requests.limitsLeft,
    selfTest: createSelfTests(requests),
    blockedHitsOf: requests.sources.hitsOf,
    serviceUrl: serviceUrlOf(doors),
    monotonicMs: clock.monotonicMs,
    announce: store.announcements.announce,
    jobs,
    exports: parts.exports,
    auditAnchor: () => anchor.anchor,
    backups: {
      create: async (context) => (await backups()).create(context),
      list: async () => (await backups()).list(),
      restore: async (context, input) => (await backups()).restore(context, input),
    },
    peppers: {
      path: parts.directory.peppers,
      flushRehashes: () => {
        requests.rehashes.flush();
      },
    },
    systemStatus: status,
    diagnostics: async (context, input) => {
      const { diagnosticsBundle } = await import('./system/diagnostics-bundle.ts');
      return diagnosticsBundle(
        context,
        {
          status: await status(context),
          settings: store.settings(),
          fixedPorts: { service: options.config.servicePort, admin: options.config.adminPort },
          recentWarnings: parts.recentWarnings(),
        },
        input,
      );
    },
    noticeDesk: parts.notices.desk,
    sessions: () => doors.sessions,
    ports: parts.portMoves,
  };
}

function statusOf(parts: Parts): (context: UseCaseContext) => Promise<SystemStatus> {
  const { options, clock, directory, requests, figures, doors } = parts;
  const startedAt = clock.nowMs();
  return async (context) =>
    systemStatus(context, {
      host: options.host,
      startedAt,
      dataDirectory: directory.path,
      listeners: doors.listeners,
      verify: { ...requests.verifier.figures(), slow: requests.slow.figures() },
      answers: doors.answers(),
      log: await requests.client.stats(),
      server: await figures.server(),
      verifiers: parts.store.keyEvents.connected(),
      warnings: parts.warnings(),
    });
}

function chooseSecretStore({ config, secretStore }: CoreOptions, directory: DataDirectory): SecretStore {
  if (config.pepper !== null) return givenSecretStore(config.pepper);
  return secretStore ?? fileSecretStore(directory.masterKey);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work());
}
