import { DECISION_CODES } from '#contract/verify.ts';
import type { SystemStatus } from '#contract/system.ts';
import { LAG_EDGES_MS } from './keys/withdrawal-watch.ts';
import { APP_VERSION } from './platform/app-version.ts';
import type { Clock } from './platform/clock.ts';
import type { LostReason } from './requests/requests-messages.ts';
import { EventLoopWatch } from './system/event-loop-watch.ts';
import { KeyStatusCount } from './system/key-status-count.ts';
import { type MetricFigures, metricsOf } from './system/metrics.ts';
import { metricsText } from './system/metrics-text.ts';
import { LATENCY_EDGES_US } from './verify/verify-stats.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** What the running program tells of itself to monitoring. */
export interface WiredFigures {
  /** The answer to GET /metrics. Rejects when the key store cannot be read. */
  readonly metrics: () => Promise<string>;
  /** For system.status. */
  readonly server: () => Promise<SystemStatus['server']>;
  readonly close: () => void;
}

const US_PER_SECOND = 1e6;
const MS_PER_SECOND = 1_000;
const DAY_MS = 86_400_000;
/** Reasons of losses that are told also when nothing was lost for them: an alert on growth needs the zero before it. */
const ALWAYS_TOLD = [
  'queue_full',
  'journal_failed',
  'journal_damaged',
  'write_failed',
  'worker_crash',
] as const satisfies readonly LostReason[];
/** Revocations that are looked at for later uses. */
const LATE_USE_KEYS = 10;

/** Gathers figures from all parts of the program. */
export function wireFigures(parts: {
  readonly host: SystemStatus['host'];
  readonly clock: Clock;
  readonly store: WiredStore;
  readonly requests: WiredRequests;
}): WiredFigures {
  const { clock, store } = parts;
  const startedAtMs = clock.nowMs();
  const eventLoop = new EventLoopWatch();
  const keys = new KeyStatusCount({ db: () => store.store.db, nowMs: clock.nowMs });
  return {
    metrics: async () => {
      const told = { startedAtMs, eventLoop, keys: await keys.read() };
      return metricsText(metricsOf(await figuresOf(parts, told)));
    },
    server: async () => {
      const { shed, throttled } = parts.requests.verifier.guard.figures();
      return {
        eventLoopMs: eventLoop.delay,
        memoryBytes: process.memoryUsage.rss(),
        lastBackupAt: await newestBackupAt(store),
        throttled,
        shed: Object.values(shed).reduce((sum, count) => sum + count, 0),
        turnedAway: parts.requests.turnedAway.episodes(),
      };
    },
    close: () => {
      eventLoop.close();
    },
  };
}

async function figuresOf(
  { clock, host, requests, store }: Parameters<typeof wireFigures>[0],
  told: {
    readonly startedAtMs: number;
    readonly eventLoop: EventLoopWatch;
    readonly keys: MetricFigures['keys'];
  },
): Promise<MetricFigures> {
  const log = await requests.client.stats();
  const { latency, services } = requests.verifier.counts();
  const lags = requests.withdrawals.lags();
  const { system, user } = process.cpuUsage();
  const memory = process.memoryUsage();
  const { db } = store.store;
  return {
    version: APP_VERSION,
    host,
    nowMs: clock.nowMs(),
    startedAtMs: told.startedAtMs,
    isReady: store.store.isUsable(),
    verify: {
      services,
      latency: {
        edges: LATENCY_EDGES_US.map((edge) => edge / US_PER_SECOND),
        counts: latency.counts,
        sum: latency.sumUs / US_PER_SECOND,
      },
    },
    codes: DECISION_CODES,
    guard: requests.verifier.guard.figures(),
    busiestKeys: await busiestKeys(requests, store),
    revocations: {
      lag: {
        edges: LAG_EDGES_MS.map((edge) => edge / MS_PER_SECOND),
        counts: lags.counts,
        sum: lags.sumMs / MS_PER_SECOND,
      },
      lateUseMs: await latestUseMs(requests, store),
    },
    log: { ...log, lostByReason: everyReason(log.lostByReason) },
    keys: told.keys,
    storeBytes: db.store.sizeBytes(),
    auditEvents: db.audit.total(),
    backupAtMs: await newestBackupAt(store),
    eventLoop: told.eventLoop.delay,
    process: {
      cpuSeconds: (system + user) / US_PER_SECOND,
      residentBytes: memory.rss,
      heapBytes: memory.heapUsed,
    },
  };
}

async function latestUseMs({ withdrawals }: WiredRequests, store: WiredStore): Promise<number | null> {
  const context = store.system();
  const { items } = await withdrawals.list(context, { limit: LATE_USE_KEYS });
  const lates = items.filter(({ at }) => context.nowMs - at < DAY_MS).map(({ lateUseMs }) => lateUseMs);
  return lates.every((lateMs) => lateMs !== null) ? Math.max(0, ...lates) : null;
}

async function newestBackupAt({ backups }: WiredStore): Promise<SystemStatus['server']['lastBackupAt']> {
  return (await backups()).list().items[0]?.createdAt ?? null;
}

/** None while the log is not running. */
async function busiestKeys(
  { client }: WiredRequests,
  { settings }: WiredStore,
): Promise<MetricFigures['busiestKeys']> {
  const count = settings().metricsTopKeys;
  if (count === 0 || client.state === 'down') return [];
  return (await client.query('usage.health', { range: 'hour' })).health.busiestKeys.slice(0, count);
}

function everyReason(lost: SystemStatus['log']['lostByReason']): SystemStatus['log']['lostByReason'] {
  const counts = new Map<string, number>(lost.map(({ reason, count }) => [reason, count]));
  for (const reason of ALWAYS_TOLD) if (!counts.has(reason)) counts.set(reason, 0);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}
