import type { CallInput } from '#contract/contract.ts';
import { timestampMs, type KeyId, type ServiceId } from '#contract/ids.ts';
import type { ReplayDraft } from '#contract/replay.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { verifyRequest, type VerifyRequest, type VerifyResponse } from '#contract/verify.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import { openStore, write } from '#main/requests/log.test-support.ts';
import type { RequestsStore } from '#main/requests/requests-store.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { BlockedSources } from '#main/verify/blocked-sources.ts';
import { Limiter } from '#main/verify/limiter.ts';
import { createVerifier } from '#main/verify/verify-key.ts';
import type { LogSources } from './log-reader.ts';
import { planReplay } from './plan-replay.ts';
import { runReplay } from './run-replay.ts';

/** A request to verify at some moment after the one before. */
export type Asked = Partial<VerifyRequest> & {
  readonly keyText: string;
  /** Since the request before, ms; fractions are lost in the log and not in the limits. */
  readonly afterMs?: number;
  readonly serviceId?: ServiceId;
};

/** Keys, the verifier, and a log of what it decided: all real, with a clock that only requests move. */
export interface ReplayWorld {
  readonly world: TestWorld;
  readonly subjects: TestSubjects;
  readonly store: RequestsStore;
  /** Every decision so far, oldest first, as the log has it. */
  readonly decisions: readonly DecisionRow[];
  readonly addKey: (changes?: Partial<CallInput<'keys.create'>>) => Promise<{ keyId: KeyId; text: string }>;
  readonly ask: (asked: Asked) => VerifyResponse;
  /** Time goes on without a request, whole ms. */
  readonly pass: (durationMs: number) => void;
  /** Puts what was decided since the last time into the log. */
  readonly log: () => void;
  readonly plan: (
    keyIds: readonly KeyId[],
    draft: ReplayDraft,
    days?: 7 | 30,
  ) => ReturnType<typeof planReplay>;
  readonly replay: (keyId: KeyId, draft: ReplayDraft, days?: 7 | 30) => ReturnType<typeof runReplay>;
  readonly close: () => void;
}

/** What the log's thread gives to long questions, over a store of this thread. */
export function sourcesOf(store: RequestsStore, signal = new AbortController().signal): LogSources {
  return {
    store,
    pause: () => Promise.resolve(),
    signal,
    tell: () => undefined,
  };
}

/** Acme's Data feed and the service Trade API, which asks; see makeSubjects. */
export async function createReplayWorld(): Promise<ReplayWorld> {
  const world = createTestWorld();
  const subjects = await makeSubjects(world);
  const store = openStore();
  const decisions: DecisionRow[] = [];
  let logged = 0;
  // The command side goes on by whole ms; limits see the fraction.
  let fractionMs = 0;
  const startMs = world.nowMs();
  const verifier = createVerifier({
    lookup: world.db.verify,
    keyring: world.keyring,
    limiter: new Limiter(),
    clock: { nowMs: world.nowMs, monotonicMs: () => world.nowMs() - startMs + fractionMs },
    randomBytes,
    decisions: { record: (row) => void decisions.push(row), whenRecorded: (send) => send() },
    lastUsed: { touch: () => undefined, touchService: () => undefined },
    sources: new BlockedSources(),
    keyShapes: () => [],
    rehash: () => undefined,
    settings: () => DEFAULT_SETTINGS,
    serviceUrl: () => 'http://127.0.0.1:7420',
  });
  const pass = (durationMs: number): void => {
    const whole = Math.floor(fractionMs + durationMs);
    fractionMs = fractionMs + durationMs - whole;
    world.advance(whole);
  };
  const refOf = (serviceId: ServiceId): ServiceRef => {
    const { id, name, slug } = must(world.db.services.get(serviceId), 'the service exists');
    return { id, name, slug, verifyPerSecondMax: null, keepLiveSeconds: 0, keepTestSeconds: 0 };
  };
  const context = () => ({
    db: world.db,
    keyring: world.keyring,
    nowMs: timestampMs.parse(world.nowMs() + 1),
    actor: { kind: 'token', id: 'tok_1', name: 'Test' } as const,
    role: 'owner' as const,
    command: () => {
      throw new Error('A replay changes nothing.');
    },
  });
  const plan: ReplayWorld['plan'] = (keyIds, draft, days = 7) =>
    planReplay(context(), { keyIds, draft, days });
  const log = (): void => {
    write(store, decisions.slice(logged));
    logged = decisions.length;
  };
  return {
    world,
    subjects,
    store,
    decisions,
    addKey: async (changes) => {
      const { key, text } = await makeKey(world, subjects, changes);
      return { keyId: key.keyId, text };
    },
    ask: ({ keyText, afterMs = 1, serviceId = subjects.service.id, ...fields }) => {
      pass(afterMs);
      const request = verifyRequest.parse({ key: keyText, ...fields });
      const outcome = verifier.verify(refOf(serviceId), request);
      if (outcome.kind !== 'decision') throw new Error(JSON.stringify(outcome));
      return outcome.decision;
    },
    pass,
    log,
    plan,
    replay: async (keyId, draft, days) => {
      log();
      return runReplay(sourcesOf(store), await plan([keyId], draft, days));
    },
    close: () => {
      store.db.close();
      world.close();
    },
  };
}
