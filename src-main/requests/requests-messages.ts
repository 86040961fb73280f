import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import type { Settings } from '#contract/settings.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import type { DecisionPrincipal, DecisionRow } from './decision-row.ts';

/** What the worker needs of the settings. */
export type RetentionSettings = Pick<
  Settings,
  'requestRetentionDays' | 'requestStoreMbMax' | 'minuteRollupDays' | 'hourRollupDays'
>;

/** Whose key it is, for a request that was verified elsewhere: nobody told the secret's version. */
export type KeyDescription = Omit<DecisionPrincipal, 'secretVersion'>;

/** The two live secrets of a rotation and when the newer one was made. */
export interface RotationQuestion {
  readonly keyId: KeyId;
  readonly currentVersion: number;
  readonly retiringVersion: number;
  readonly rotatedAtMs: TimestampMs;
}

/** Figures of the log for `system.status`. */
export type LogStats = SystemStatus['log'];

/** What an operator should know about the log; the shape of `system.status` warnings. */
export type LogWarning = SystemStatus['warnings'][number];

interface Asks<Input, Answer> {
  readonly input: Input;
  readonly output: Answer;
}

type AsProcedure<
  Name extends 'requests.list' | 'requests.export' | 'usage.series' | 'usage.summary' | 'usage.byKey',
> = Asks<HandlerInput<Name>, Output<Name>>;

/** Questions to the worker. Named after the procedures they answer. */
export interface RequestsQueries {
  readonly 'requests.list': AsProcedure<'requests.list'>;
  /** null when no row has this request id. */
  readonly 'requests.get': Asks<HandlerInput<'requests.get'>, RequestRow | null>;
  readonly 'requests.export': AsProcedure<'requests.export'>;
  readonly 'usage.series': AsProcedure<'usage.series'>;
  readonly 'usage.summary': AsProcedure<'usage.summary'>;
  readonly 'usage.byKey': AsProcedure<'usage.byKey'>;
  readonly 'usage.rotation': Asks<RotationQuestion, Output<'usage.rotation'>>;
  readonly 'settings.previewRetention': Asks<
    HandlerInput<'settings.previewRetention'>,
    Output<'settings.previewRetention'>
  >;
  readonly stats: Asks<null, WorkerStats>;
}
export type RequestsQueryName = keyof RequestsQueries;

/** The worker's half of LogStats. */
export type WorkerStats = Pick<LogStats, 'lostByReason' | 'rowCount' | 'sizeBytes' | 'oldestAt'>;

/** One entry of POST /v1/log on its way to the worker. `key` is set where the entry has no requestId. */
export interface ReportEntry {
  readonly entry: LogEntry;
  readonly key: KeyDescription | null;
}

/** One call of POST /v1/log. */
export interface Report {
  readonly serviceId: ServiceId;
  readonly service: string;
  readonly atMs: TimestampMs;
  readonly entries: readonly ReportEntry[];
}

/** Rows that never reached the worker, by reason. */
export interface LostRows {
  readonly reason: LostReason;
  readonly count: number;
}

/** Why a decision has no row. `unclean_stop` is an upper bound; the others are exact. */
export const LOST_REASONS = ['queue_full', 'write_failed', 'worker_crash', 'unclean_stop'] as const;
export type LostReason = (typeof LOST_REASONS)[number];

/** What is written in one transaction. Reports come after the decisions they may join. */
export interface Batch {
  /** Ascending in one session. */
  readonly sequence: number;
  /** How many decisions were handed to the log since its file was made, this batch included. */
  readonly seenCount: number;
  readonly decisions: readonly DecisionRow[];
  readonly reports: readonly Report[];
  readonly lost: readonly LostRows[];
}

/** Counters that live in memory elsewhere and are restored at start. */
export interface RestoredUse {
  readonly quotas: readonly {
    readonly keyId: KeyId;
    readonly period: 'day' | 'month';
    readonly periodStartMs: TimestampMs;
    readonly used: number;
  }[];
  readonly keys: readonly { readonly keyId: KeyId; readonly version: number; readonly atMs: TimestampMs }[];
  readonly services: readonly { readonly serviceId: ServiceId; readonly atMs: TimestampMs }[];
}

/** What the mark beside the file said: see requests-mark.ts. */
export interface MarkReading {
  readonly logId: string;
  readonly seenAtMost: number;
}

/** First message to a worker. */
export interface OpenMessage {
  readonly kind: 'open';
  /** Path of requests.db. */
  readonly file: string;
  readonly nowMs: TimestampMs;
  /** Names this run of the program; batches sent again after a crash of the worker are told apart by it. */
  readonly sessionId: string;
  /** null when there is none: a new data directory. */
  readonly mark: MarkReading | null;
  readonly retention: RetentionSettings;
}

/** Main thread → worker. Handled strictly in order. */
export type ToWorker =
  | OpenMessage
  | { readonly kind: 'batch'; readonly batch: Batch; readonly nowMs: TimestampMs }
  | { readonly kind: 'query'; readonly id: number; readonly nowMs: TimestampMs; readonly question: Question }
  | { readonly kind: 'configure'; readonly retention: RetentionSettings }
  /** Removes what retention no longer keeps; sent about once a minute. */
  | { readonly kind: 'sweep'; readonly nowMs: TimestampMs }
  | { readonly kind: 'close' };

/** A question with its name. */
export type Question = {
  readonly [Name in RequestsQueryName]: {
    readonly name: Name;
    readonly input: RequestsQueries[Name]['input'];
  };
}[RequestsQueryName];

/** The worker's file is open. `lastSequence` is the last batch of this session that is in it; 0 for none. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly logId: string;
  readonly seenCount: number;
  readonly lastSequence: number;
  readonly restored: RestoredUse;
}

/** Worker → main thread. */
export type FromWorker =
  | ReadyMessage
  | { readonly kind: 'written'; readonly sequence: number; readonly replies: readonly LogResponse[] }
  /** Nothing of the batch is in the file; its decisions are counted as lost. `why` is the code of the database. */
  | { readonly kind: 'refused'; readonly sequence: number; readonly why: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: QueryError }
  | { readonly kind: 'warning'; readonly warning: LogWarning }
  | { readonly kind: 'replaced'; readonly logId: string; readonly seenCount: number }
  /** A newer version of the program wrote the file: it was left as it is, and nothing follows. `message` is for the operator. */
  | { readonly kind: 'newer'; readonly message: string }
  | { readonly kind: 'closed' };

/** A refused or failed question: an AppError that crosses threads. */
export interface QueryError {
  readonly code: 'INVALID_INPUT' | 'RANGE_TOO_LARGE' | 'INTERNAL';
  readonly message: string;
  readonly field: string | null;
}
