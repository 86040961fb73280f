import type { HandlerInput, Output } from '#contract/contract.ts';
import type { NewEndpoint, SharingParty, ToldApp } from '#contract/hygiene.ts';
import type { KeyId, PartnerId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { MonthlyReport } from '#contract/monthly-report.ts';
import type { EndpointTemplate } from '#contract/request-query.ts';
import type { ExportColumn, ExportFileFormat } from '#contract/request-export.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import type { Settings } from '#contract/settings.ts';
import type { SystemStatus } from '#contract/system.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import type { RestoredQuotaRow, WindowUseRow } from '#main/sqlite/requests-limit-queries.ts';
import type { DecisionPrincipal } from './decision-row.ts';
import type { CopyFinding } from '#main/sqlite/inspect-copy.ts';
import type { InspectMessage } from './beside-messages.ts';
import type { LogRoom } from './log-room.ts';
import type { SpikeRow } from '#main/sqlite/requests-spike-queries.ts';
import type { LoggedHealth } from './logged-health.ts';
import type { ReplayOutcome, ReplayPlan, SuggestPlan } from './replay-plan.ts';
import type { JournalLimit, JournalPosition } from './journal-segments.ts';
import type { LoggedDecision } from './read-texts.ts';

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
  Name extends
    | 'requests.list'
    | 'requests.export'
    | 'requests.tail'
    | 'usage.series'
    | 'usage.bySecret'
    | 'usage.summary'
    | 'usage.byKey'
    | 'notices.list',
> = Asks<HandlerInput<Name>, Output<Name>>;

/** What the log is asked for `requests.survey`, with the catalogue's templates, which it does not have. */
export type SurveyQuestion = HandlerInput<'requests.survey'> & {
  readonly endpoints: readonly EndpointTemplate[];
};

/** What the log is asked for `endpoints.observed` and for counts of endpoints, with the catalogue of the service. */
export interface ObservedQuestion {
  readonly serviceId: ServiceId;
  readonly fromMs: TimestampMs;
  readonly endpoints: readonly EndpointTemplate[];
}

/** How often each endpoint of a question was asked for, and when last. */
export interface EndpointCounts {
  readonly counts: readonly { readonly requests: number; readonly lastAt: TimestampMs | null }[];
  /** Counted back to here. */
  readonly from: TimestampMs;
  readonly isWhole: boolean;
}

/** What a file of requests is made of. */
export interface ExportFileQuestion {
  readonly filter: RequestFilter;
  readonly format: ExportFileFormat;
  /** null = all. */
  readonly columns: readonly ExportColumn[] | null;
  /** A file that is there, for what is asked. */
  readonly path: string;
  /** How many rows there will be, to be told with the progress; null = nobody knows. */
  readonly total: number | null;
}

/** How a key was used: the last 24 hours, beside the busiest of the 28 whole days before. Networks are /24 and /48, agents programs
 *  without their versions. */
export interface KeyHabits {
  readonly keyId: KeyId;
  /** Of the 28 days, those with requests. */
  readonly baselineDays: number;
  /** Addresses with their agents. */
  readonly callers: number;
  readonly callersADay: number;
  /** In the last 7 days, from the start of the first of them (UTC). */
  readonly callersWeek: number;
  readonly networks: number;
  readonly networksADay: number;
  /** Not seen before; of many the first. */
  readonly newNetworks: readonly string[];
  readonly agents: number;
  readonly agentsADay: number;
  readonly newAgents: readonly string[];
  /** Rules that allowed requests in all that time, as text. */
  readonly rules: readonly string[];
  /** Allowed requests in all that time. */
  readonly allowed: number;
  /** Those that seem to share it; none when all callers can well be one. See partiesOf. */
  readonly parties: readonly SharingParty[];
  readonly others: number;
  /** Names that requests gave their application, in all that time, the most used first. */
  readonly apps: readonly ToldApp[];
  /** See newEndpointsOf. */
  readonly newEndpoints: readonly NewEndpoint[] | null;
}

/** A service, and partners whose keys called nothing else, to be taken out of the log. */
export interface ForgetQuestion {
  readonly serviceId: ServiceId;
  readonly partnerIds: readonly PartnerId[];
}

/** Keys that are counted together, for each group. */
export interface GroupsQuestion {
  readonly groups: readonly (readonly KeyId[])[];
  readonly from: TimestampMs;
  readonly to: TimestampMs;
}

/** A request that was granted, as far as its repeat must be like it. */
export type GrantedRequest = Pick<RequestRow, 'requestId' | 'serviceId' | 'at' | 'keyId' | 'method' | 'path'>;

/** What became of the requests of one group. `failed` = reported with status 5xx. */
export interface GroupTotals {
  readonly total: number;
  readonly refused: number;
  readonly failed: number;
  readonly reported: number;
  readonly errorRate: number;
}

/** Questions to the worker. Named after the procedures they answer. */
export interface RequestsQueries {
  readonly 'requests.list': AsProcedure<'requests.list'>;
  /** null when no row has this request id. */
  readonly 'requests.get': Asks<HandlerInput<'requests.get'>, RequestRow | null>;
  readonly 'requests.export': AsProcedure<'requests.export'>;
  /** Writes the file of `requests.startExport`; how many rows are in it. */
  readonly 'requests.exportFile': Asks<ExportFileQuestion, number>;
  readonly 'requests.survey': Asks<SurveyQuestion, Output<'requests.survey'>>;
  /** Requests of each endpoint, in the order asked. */
  readonly 'endpoints.counts': Asks<ObservedQuestion, EndpointCounts>;
  readonly 'endpoints.observed': Asks<ObservedQuestion, Output<'endpoints.observed'>>;
  /** Of those whose ids their callers made up, newest first. */
  readonly 'requests.granted': Asks<
    { readonly from: TimestampMs; readonly max: number },
    readonly GrantedRequest[]
  >;
  readonly 'requests.tail': AsProcedure<'requests.tail'>;
  /** null when no row has this request id. */
  readonly 'requests.context': Asks<HandlerInput<'requests.context'>, Output<'requests.context'> | null>;
  readonly 'usage.series': AsProcedure<'usage.series'>;
  readonly 'usage.summary': AsProcedure<'usage.summary'>;
  readonly 'usage.byKey': AsProcedure<'usage.byKey'>;
  readonly 'usage.bySecret': AsProcedure<'usage.bySecret'>;
  /** In the order of the groups. */
  readonly 'usage.groups': Asks<GroupsQuestion, readonly GroupTotals[]>;
  /** Most first. */
  readonly 'usage.applications': Asks<Omit<GroupsQuestion, 'groups'>, MonthlyReport['topApplications']>;
  readonly 'notices.list': AsProcedure<'notices.list'>;
  /** Looks for keys that suddenly do far more than usual; whether there are any. */
  readonly 'spikes.look': Asks<null, boolean>;
  /** Spikes seen from a moment on, newest first. */
  readonly 'spikes.list': Asks<{ readonly fromMs: number }, readonly SpikeRow[]>;
  /** Keys of whose requests of the last 24 hours at least this share failed. */
  readonly 'keys.failing': Asks<{ readonly errorRateMin: number }, readonly KeyId[]>;
  /** How each key was used in the last 24 hours and in the 28 days before. */
  readonly 'keys.habits': Asks<null, readonly KeyHabits[]>;
  /** How many rows would have to be read for that, because nobody keeps what was made of them. */
  readonly 'habits.unread': Asks<null, number>;
  readonly 'usage.health': Asks<HandlerInput<'usage.health'>, LoggedHealth>;
  readonly 'usage.rotation': Asks<RotationQuestion, Output<'usage.rotation'>>;
  readonly 'settings.previewRetention': Asks<
    HandlerInput<'settings.previewRetention'>,
    Output<'settings.previewRetention'>
  >;
  readonly 'replay.run': Asks<ReplayPlan, ReplayOutcome>;
  readonly 'replay.suggest': Asks<SuggestPlan, Output<'replay.suggest'>>;
  /** As inspectCopy, of a small one. */
  readonly 'store.inspect': Asks<Omit<InspectMessage, 'kind'>, CopyFinding>;
  /** Answered once every decision that was told before is in the file, as far as the disk takes it; how many rows there are. */
  readonly 'log.settled': Asks<null, number>;
  readonly 'log.room': Asks<null, LogRoom>;
  /** Gives unused room back to the disk. */
  readonly 'log.compact': Asks<null, LogRoom>;
  /** Takes a service and its partners out of the log; how many rows. */
  readonly 'log.forget': Asks<ForgetQuestion, number>;
  readonly stats: Asks<null, WorkerStats>;
}
export type RequestsQueryName = keyof RequestsQueries;

/** The worker's half of LogStats. */
export type WorkerStats = Pick<
  LogStats,
  'lostByReason' | 'rowCount' | 'sizeBytes' | 'oldestAt' | 'quotaDrift'
>;

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

/** Decisions that have no row, by reason. */
export interface LostRows {
  readonly reason: LostReason;
  readonly count: number;
}

/** Why a decision has no row: more waited for the log than may; the journal refused it for too long; the journal could not be
 *  read; the row could not be stored; it ended the worker several times. */
export type LostReason =
  'queue_full' | 'journal_failed' | 'journal_damaged' | 'write_failed' | 'worker_crash';

/** What is written together. Reports come after the decisions they may join. */
export interface Batch {
  readonly decisions: readonly LoggedDecision[];
  readonly reports: readonly Report[];
  readonly lost: readonly LostRows[];
}

/** The answer to a report; null when it could not be stored. */
export interface ReportReply {
  readonly number: number;
  readonly answer: LogResponse | null;
}

/** Counters that live in memory elsewhere and are restored at start. */
export interface RestoredUse {
  readonly quotas: readonly RestoredQuotaRow[];
  /** By the time they leave. */
  readonly windows: readonly WindowUseRow[];
  readonly keys: readonly { readonly keyId: KeyId; readonly version: number; readonly atMs: TimestampMs }[];
  readonly services: readonly { readonly serviceId: ServiceId; readonly atMs: TimestampMs }[];
}

/** How a worker goes on where others ended: as ever, storing records one by one, or leaving out the first one. */
export type Caution = 'none' | 'singly' | 'skip';

/** First message to a worker. */
export interface OpenMessage {
  readonly kind: 'open';
  /** Path of requests.db. */
  readonly file: string;
  /** Folder of the journal. */
  readonly journal: string;
  /** Names this run of the program in the journal's file names. */
  readonly runId: string;
  /** How far this run has written the journal; null = not at all. Earlier runs' segments are read to their ends. */
  readonly limit: JournalLimit | null;
  readonly caution: Caution;
  readonly nowMs: TimestampMs;
  /** There was a log here before: it is told when it is gone. */
  readonly hadLog: boolean;
  readonly retention: RetentionSettings;
}

/** Main thread → worker. Handled strictly in order. */
export type ToWorker =
  | OpenMessage
  /** The journal is written up to here. */
  | { readonly kind: 'advance'; readonly limit: JournalLimit; readonly nowMs: TimestampMs }
  | { readonly kind: 'query'; readonly id: number; readonly nowMs: TimestampMs; readonly question: Question }
  /** Ends a search, which answers with what it has. */
  | { readonly kind: 'stop'; readonly searchId: string }
  /** Nobody waits for the answer to this question any more. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Another thread found that the file cannot be read. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly nowMs: TimestampMs }
  | { readonly kind: 'configure'; readonly retention: RetentionSettings }
  /** Removes what retention no longer keeps; sent about once a minute. */
  | { readonly kind: 'sweep'; readonly nowMs: TimestampMs }
  /** `lost` are losses that the journal could not take. */
  | { readonly kind: 'close'; readonly lost: readonly LostRows[] };

/** A question with its name. */
export type Question = {
  readonly [Name in RequestsQueryName]: {
    readonly name: Name;
    readonly input: RequestsQueries[Name]['input'];
  };
}[RequestsQueryName];

/** The worker's file is open, and what earlier runs left in the journal is in it. */
export interface ReadyMessage {
  readonly kind: 'ready';
  /** How far the log has the journal; null = nothing of it. */
  readonly position: JournalPosition | null;
  readonly restored: RestoredUse;
}

/** Worker → main thread. */
export type FromWorker =
  /** The file is open and goes on in the journal from here: comes before what follows there is touched. */
  | { readonly kind: 'opened'; readonly position: JournalPosition | null }
  | ReadyMessage
  | { readonly kind: 'stored'; readonly position: JournalPosition; readonly replies: readonly ReportReply[] }
  /** The disk refuses for now; it is tried again. `why` is the code of the database. */
  | { readonly kind: 'stuck'; readonly why: string }
  /** A segment cannot be read on. */
  | { readonly kind: 'damaged'; readonly segment: string }
  /** How far a long question is; `total` null while nobody knows. */
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number | null }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: QueryError }
  /** The file cannot be read: from a thread beside the log, which is not the one to put another in its place. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** This thread cannot open the file for reading beside the log: its questions are for the log. */
  | { readonly kind: 'unable'; readonly why: string }
  | { readonly kind: 'warning'; readonly warning: LogWarning }
  /** The file was damaged and another one has taken its place. */
  | { readonly kind: 'replaced' }
  /** A newer version of the program wrote the file: it was left as it is, and nothing follows. `message` is for the operator. */
  | { readonly kind: 'newer'; readonly message: string }
  | { readonly kind: 'closed' };

/** A refused or failed question: an AppError that crosses threads. */
export interface QueryError {
  readonly code: 'INVALID_INPUT' | 'RANGE_TOO_LARGE' | 'INTERNAL';
  readonly message: string;
  readonly field: string | null;
}
