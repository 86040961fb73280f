import type { SystemStatus } from '#contract/system.ts';
import type { DecisionCode } from '#contract/verify.ts';
import type { KeyStatusCounts } from '#main/sqlite/key-count-queries.ts';
import type { EventLoopDelay } from './event-loop-watch.ts';
import { histogramSamples } from './metrics-text.ts';
import type { Metric, Sample } from './metrics-text.ts';

/** Counts between edges, one entry more than edges; `sum` in the unit of the edges. */
export interface Counted {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** All that GET /metrics tells. Times in ms UTC. */
export interface MetricFigures {
  readonly version: string;
  readonly host: SystemStatus['host'];
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly isReady: boolean;
  readonly verify: {
    readonly services: readonly {
      readonly slug: string;
      readonly byCode: readonly { readonly code: DecisionCode; readonly count: number }[];
    }[];
    /** Seconds. */
    readonly latency: Counted;
  };
  /** Every code, in their order: those that never came are shown as 0. */
  readonly codes: readonly DecisionCode[];
  readonly log: Pick<
    SystemStatus['log'],
    'state' | 'queuedRows' | 'journalLagMs' | 'lostByReason' | 'rowCount' | 'sizeBytes' | 'quotaDrift'
  >;
  /** What the guard turned away. */
  readonly guard: { readonly throttled: number; readonly shed: Readonly<Record<string, number>> };
  /** The busiest keys of the last hour; empty unless the settings want them named. */
  readonly busiestKeys: readonly {
    readonly keyId: string;
    readonly total: number;
    readonly refused: number;
  }[];
  readonly revocations: {
    /** Seconds. */
    readonly lag: Counted;
    /** Longest time that a service went on accepting a key after its revocation, of the newest ones in the last day. null when
     *  the log cannot tell. */
    readonly lateUseMs: number | null;
  };
  readonly keys: KeyStatusCounts;
  readonly storeBytes: number;
  readonly auditEvents: number;
  /** null when there is no backup. */
  readonly backupAtMs: number | null;
  readonly eventLoop: EventLoopDelay;
  readonly process: {
    readonly cpuSeconds: number;
    readonly residentBytes: number;
    readonly heapBytes: number;
  };
}

const LOG_STATES: readonly SystemStatus['log']['state'][] = ['ok', 'degraded', 'down'];

/** The metrics of a running Latchkey. The number of series depends on services, codes and states, never on keys or traffic. */
export function metricsOf(figures: MetricFigures): readonly Metric[] {
  return [
    ...verifyMetrics(figures),
    ...revocationMetrics(figures),
    ...guardMetrics(figures),
    ...logMetrics(figures),
    ...storeMetrics(figures),
    ...processMetrics(figures),
  ];
}

function verifyMetrics({ verify, codes, isReady }: MetricFigures): readonly Metric[] {
  const refusals = new Map<DecisionCode, number>(codes.map((code) => [code, 0]));
  refusals.delete('VALID');
  const samples = verify.services.flatMap(({ slug, byCode }) =>
    byCode.map(({ code, count }) => {
      if (code !== 'VALID') refusals.set(code, (refusals.get(code) ?? 0) + count);
      return { labels: { service: slug, code }, value: count };
    }),
  );
  return [
    gauge('latchkey_ready', 'Is 1 when a verification can be decided, else 0.', isReady ? 1 : 0),
    counter('latchkey_verifications_total', 'Verifications since the start, by service and code.', samples),
    counter(
      'latchkey_refusals_total',
      'Refused verifications since the start, by code.',
      [...refusals].map(([code, value]) => ({ labels: { code }, value })),
    ),
    histogram('latchkey_verify_duration_seconds', 'Time to decide a verification.', verify.latency),
  ];
}

function guardMetrics({ busiestKeys, guard }: MetricFigures): readonly Metric[] {
  return [
    counter('latchkey_throttled_total', 'Failed attempts that were refused for coming too often.', [
      { value: guard.throttled },
    ]),
    counter(
      'latchkey_shed_total',
      'Verifications answered with 503 to keep the others served, by reason.',
      Object.entries(guard.shed).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    {
      name: 'latchkey_key_requests_last_hour',
      help: 'Requests of the busiest keys in the last hour, by outcome; only where the setting metricsTopKeys wants it.',
      type: 'gauge',
      samples: busiestKeys.flatMap(({ keyId, refused, total }) => [
        { labels: { key_id: keyId, outcome: 'allowed' }, value: total - refused },
        { labels: { key_id: keyId, outcome: 'refused' }, value: refused },
      ]),
    },
  ];
}

function revocationMetrics({ revocations: { lag, lateUseMs } }: MetricFigures): readonly Metric[] {
  return [
    histogram(
      'latchkey_revocation_lag_seconds',
      'Time from a revocation or suspension until the verifier was seen to refuse the key.',
      lag,
    ),
    {
      name: 'latchkey_revocation_late_use_seconds',
      help: 'Longest time that a key was still accepted after its revocation, last day; above 0 a service keeps decisions.',
      type: 'gauge',
      samples: lateUseMs === null ? [] : [{ value: lateUseMs / 1_000 }],
    },
  ];
}

function most(differences: readonly number[]): number {
  return Math.max(0, ...differences);
}

function logMetrics({ log }: MetricFigures): readonly Metric[] {
  return [
    {
      name: 'latchkey_log_state',
      help: 'State of the request log: 1 for the present one, 0 for the others.',
      type: 'gauge',
      samples: LOG_STATES.map((state) => ({ labels: { state }, value: log.state === state ? 1 : 0 })),
    },
    {
      name: 'latchkey_quota_drift_requests',
      help: 'Largest difference between a quota counter and the rows of the log, by which of them says more; 0 when all agree.',
      type: 'gauge',
      samples: [
        { labels: { more: 'counter' }, value: most(log.quotaDrift.map((one) => one.counted - one.logged)) },
        { labels: { more: 'log' }, value: most(log.quotaDrift.map((one) => one.logged - one.counted)) },
      ],
    },
    gauge('latchkey_log_queue_rows', 'Decisions that wait to be written to the request log.', log.queuedRows),
    gauge(
      'latchkey_journal_lag_seconds',
      'How long the oldest decision that waits for the request log has been in the journal.',
      log.journalLagMs / 1_000,
    ),
    counter(
      'latchkey_log_rows_lost_total',
      'Decisions without a row since the log was made, by reason.',
      log.lostByReason.map(({ reason, count }) => ({ labels: { reason }, value: count })),
    ),
    gauge('latchkey_log_rows', 'Rows in the request log.', log.rowCount),
    gauge('latchkey_log_size_bytes', 'Size of the request log on disk.', log.sizeBytes),
  ];
}

function storeMetrics({
  keys,
  storeBytes,
  auditEvents,
  backupAtMs,
  nowMs,
}: MetricFigures): readonly Metric[] {
  const age = backupAtMs === null ? [] : [{ value: Math.max(0, nowMs - backupAtMs) / 1_000 }];
  return [
    {
      name: 'latchkey_keys',
      help: 'Keys by status, counted at most once a minute.',
      type: 'gauge',
      samples: Object.entries(keys).map(([status, value]) => ({ labels: { status }, value })),
    },
    gauge('latchkey_store_size_bytes', 'Size of the key store.', storeBytes),
    gauge('latchkey_audit_events', 'Events in the audit trail.', auditEvents),
    {
      name: 'latchkey_backup_age_seconds',
      help: 'Age of the newest backup; absent when there is none.',
      type: 'gauge',
      samples: age,
    },
  ];
}

function processMetrics(figures: MetricFigures): readonly Metric[] {
  const { eventLoop, host, startedAtMs, version } = figures;
  const { cpuSeconds, heapBytes, residentBytes } = figures.process;
  const node = process.version;
  return [
    {
      name: 'latchkey_build_info',
      help: 'Always 1; the labels say what runs.',
      type: 'gauge',
      samples: [{ labels: { version, node, host }, value: 1 }],
    },
    gauge(
      'latchkey_event_loop_delay_p50_seconds',
      'Median delay of the event loop that verifies, last 10 seconds.',
      eventLoop.p50 / 1_000,
    ),
    gauge(
      'latchkey_event_loop_delay_p99_seconds',
      'Delay of the event loop that 99 % stay below, last 10 seconds.',
      eventLoop.p99 / 1_000,
    ),
    gauge(
      'latchkey_event_loop_delay_max_seconds',
      'Longest delay of the event loop, last 10 seconds.',
      eventLoop.max / 1_000,
    ),
    counter('process_cpu_seconds_total', 'Processor time used, user and system.', [{ value: cpuSeconds }]),
    gauge('process_resident_memory_bytes', 'Memory of the process in RAM.', residentBytes),
    gauge('process_heap_bytes', 'Used heap of the main thread.', heapBytes),
    gauge('process_start_time_seconds', 'Start of the process, seconds since 1970.', startedAtMs / 1_000),
    gauge(
      'latchkey_uptime_seconds',
      'Time since the start.',
      Math.max(0, figures.nowMs - startedAtMs) / 1_000,
    ),
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'counter', samples };
}

function histogram(name: string, help: string, { edges, counts, sum }: Counted): Metric {
  return { name, help, type: 'histogram', samples: histogramSamples(edges, { counts, sum }) };
}
