import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { ReplyError } from '#contract/errors.ts';
import { verifyRequest } from '#contract/verify.ts';
import { readConfig } from './config.ts';
import { type Core, type CoreOptions, startCore } from './core.ts';
import { createLogger } from './platform/logger.ts';
import { realWorker } from './program-file.test-support.ts';
import { makeKey, makeSubjects } from './rpc/test-subjects.ts';

/** Who makes the calls of `ownerCalls`. */
export const OWNER = {
  actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
  role: 'owner',
  requestId: 'req_test',
} as const;

/** Starts all but the doors on the data directory `path`, with a log's thread and without words. */
export function startTestCore(
  path: string,
  options: Partial<CoreOptions> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Core> {
  return startCore({
    config: readConfig(['--data', path, '--port', '0', '--admin-port', '0'], environment),
    host: 'headless',
    secretStore: null,
    createRequestsWorker: realWorker,
    logger: createLogger({ write: () => undefined }),
    ...options,
  });
}

/** What an owner asks of the core that runs at that moment. */
export interface OwnerCalls {
  /** Throws where the call is refused. */
  readonly call: <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;
  /** Why the call is refused; throws where it is not. */
  readonly refusal: (name: ProcedureName, input: unknown) => Promise<ReplyError>;
}

/** Makes them. */
export function ownerCalls(core: () => Core): OwnerCalls {
  return {
    call: async <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => {
      const reply = await core().dispatch(name, input, OWNER);
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
      return reply.data as Output<Name>;
    },
    refusal: async (name, input) => {
      const reply = await core().dispatch(name, input, OWNER);
      if (reply.ok) throw new Error(`${name} should have been refused.`);
      return reply.error;
    },
  };
}

/** A key without an end, and what it and its service say to be let in. */
export interface TradeKey {
  readonly keyId: string;
  readonly secret: string;
  readonly token: string;
}

/** Acme, its application, the service Trade API, and a key that may read the inventory. */
export async function makeTradeKey(
  { call }: Pick<OwnerCalls, 'call'>,
  changes: Partial<CallInput<'keys.create'>> = {},
): Promise<TradeKey> {
  const world = { call, nowMs: Date.now };
  const subjects = await makeSubjects(world);
  const { key, text } = await makeKey(world, subjects, {
    expiresAt: null,
    noExpiryReason: 'Test',
    ...changes,
  });
  return { keyId: key.keyId, secret: text, token: subjects.serviceToken };
}

/** Asks in process whether the secret may read the inventory. Answers the decision's code, or why there was none. */
export function decide(core: Core, { token, secret }: Pick<TradeKey, 'token' | 'secret'>): string {
  const service = core.findService(token, null);
  if (service === null) throw new Error('The service token should be good.');
  const request = verifyRequest.parse({ key: secret, method: 'GET', path: '/inventory/42' });
  const outcome = core.verifier.verify(service, request);
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}
