import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Announcement } from '#contract/events.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import type { Anchor } from '#main/audit/audit-head.ts';
import type { HitsOf } from '#main/blocked-sources/list-blocked-sources.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Jobs } from '#main/jobs/jobs.ts';
import type { SampleLog } from '#main/samples/create-samples.ts';
import type { WithdrawalWatch } from '#main/keys/withdrawal-watch.ts';
import type { CanCall } from '#main/keys/key-questions.ts';
import type { PepperParts } from '#main/tokens/rotate-pepper.ts';
import type { PortMoves } from '#main/settings/port-moves.ts';
import type { ExportFiles } from '#main/requests/export-files.ts';
import type { RequestsQueries, RequestsQueryName } from '#main/requests/requests-messages.ts';

/** Signed-in browsers. Only where an admin listener runs. */
export interface SessionAdmin {
  /** `currentId` is the caller's own session, when the caller is one. */
  readonly list: (currentId: string | null) => Output<'sessions.list'>['items'];
  /** False when there is no such session. */
  readonly end: (sessionId: string) => boolean;
  /** A code by which the browser of an open session goes on with it at another port of ours; null when there is no such session. */
  readonly createContinueCode: (sessionId: string) => string | null;
  readonly createPairingLink: (role: Role) => { readonly url: string; readonly expiresAt: TimestampMs };
}

/** Backups and restore, which outlive the connection that a context holds. */
export interface BackupAdmin {
  readonly create: (context: UseCaseContext) => Promise<Output<'backups.create'>>;
  readonly list: () => Promise<Output<'backups.list'>>;
  readonly restore: (
    context: UseCaseContext,
    input: HandlerInput<'backups.restore'>,
  ) => Promise<Output<'backups.restore'>>;
}

/** What handlers need beside the use cases: parts of the running program that only the composition root knows. */
export interface HandlerServices {
  readonly host: 'desktop' | 'headless';
  readonly requests: {
    readonly query: <Name extends RequestsQueryName>(
      name: Name,
      input: RequestsQueries[Name]['input'],
    ) => Promise<RequestsQueries[Name]['output']>;
    readonly stopSearch: (searchId: string) => void;
    readonly record: SampleLog['record'];
    readonly report: SampleLog['report'];
  };
  readonly simulate: (
    context: UseCaseContext,
    input: HandlerInput<'keys.simulate'>,
  ) => Output<'keys.simulate'>;
  /** See CanCall. */
  readonly canCall: CanCall;
  readonly withdrawals: Pick<WithdrawalWatch, 'watched' | 'watchedEnd' | 'noteMany' | 'list' | 'enforcement'>;
  readonly blockedHitsOf: HitsOf;
  readonly limitsLeft: {
    readonly ofKey: (keyId: KeyId) => Output<'keys.limits'>;
    readonly tightest: (keyIds: readonly KeyId[]) => Output<'keys.tightestLimits'>;
  };
  readonly selfTest: {
    readonly run: (context: UseCaseContext) => Promise<Output<'selfTest.run'>>;
    readonly last: (context: UseCaseContext) => Promise<Output<'selfTest.last'>>;
  };
  /** Base URL of the service listener, no slash at its end; the default one while it does not listen. */
  readonly serviceUrl: () => string;
  readonly monotonicMs: () => number;
  /** For what changes after a command's own announcement. */
  readonly announce: (announcement: Announcement) => void;
  readonly auditAnchor: () => Anchor;
  readonly backups: BackupAdmin;
  readonly peppers: PepperParts;
  readonly exports: Pick<ExportFiles, 'write'>;
  readonly replays: {
    readonly start: (
      context: UseCaseContext,
      input: HandlerInput<'replay.start'>,
    ) => Promise<Output<'replay.start'>>;
    readonly result: (input: HandlerInput<'replay.result'>) => Output<'replay.result'>;
    readonly suggest: (
      context: UseCaseContext,
      input: HandlerInput<'replay.suggest'>,
    ) => Promise<Output<'replay.suggest'>>;
  };
  readonly ports: Pick<PortMoves, 'get' | 'change' | 'keep' | 'goBack'>;
  readonly jobs: Pick<Jobs, 'start' | 'list' | 'get' | 'cancel'>;
  readonly systemStatus: (
    context: UseCaseContext,
  ) => Output<'system.status'> | Promise<Output<'system.status'>>;
  readonly diagnostics: (
    context: UseCaseContext,
    input: HandlerInput<'system.diagnostics'>,
  ) => Promise<Output<'system.diagnostics'>>;
  /** Sends notices; loaded at the first call. */
  readonly noticeDesk: () => Promise<Pick<NoticeDesk, 'test' | 'replay'>>;
  /** Null when no admin listener runs at the moment of the call. */
  readonly sessions: () => SessionAdmin | null;
}
