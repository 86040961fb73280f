import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Role } from '#contract/procedure.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Procedures that the request log answers, on its own thread. */
export const REQUEST_LOG_PROCEDURES = [
  'requests.list',
  'requests.get',
  'requests.export',
  'usage.series',
  'usage.summary',
  'usage.byKey',
  'usage.rotation',
  'settings.previewRetention',
] as const;
export type RequestLogProcedure = (typeof REQUEST_LOG_PROCEDURES)[number];

/** Signed-in browsers. Only where an admin listener runs. */
export interface SessionAdmin {
  /** `currentId` is the caller's own session, when the caller is one. */
  readonly list: (currentId: string | null) => Output<'sessions.list'>['items'];
  /** False when there is no such session. */
  readonly end: (sessionId: string) => boolean;
  readonly createPairingLink: (role: Role) => Output<'sessions.createPairingLink'>;
}

/** What handlers need beside the use cases: parts of the running program that only the composition root knows. */
export interface HandlerServices {
  readonly host: 'desktop' | 'headless';
  readonly queryRequests: <Name extends RequestLogProcedure>(
    name: Name,
    context: UseCaseContext,
    input: HandlerInput<Name>,
  ) => Promise<Output<Name>>;
  readonly simulate: (
    context: UseCaseContext,
    input: HandlerInput<'keys.simulate'>,
  ) => Output<'keys.simulate'>;
  readonly systemStatus: (
    context: UseCaseContext,
  ) => Output<'system.status'> | Promise<Output<'system.status'>>;
  /** Null at the moment of the call when no admin listener runs. */
  readonly sessions: () => SessionAdmin | null;
}
