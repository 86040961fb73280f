import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import { keyId as keyIdSchema, timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { REVOCATIONS_MAX } from '#contract/revocations.ts';
import type { Revocation } from '#contract/revocations.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Upper edges of the histogram of lags, ms. 30 s is the target. */
export const LAG_EDGES_MS: readonly number[] = [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000];

/** A key that the verifier still lets pass is looked at again after this time, until the last edge. */
const PROBE_MS = 20;

/** What the watch works with. Times: monotonic ms. */
export interface WithdrawalWatchParts {
  /** Asks the code that verifies whether it refuses the key as revoked or suspended, spending nothing. */
  readonly isRefused: (keyId: KeyId) => boolean;
  /** Newest accepted request with a key between two moments, from the log; null when there is none, `unknown` while the log
   *  is not running. */
  readonly newestAccepted: (
    keyId: KeyId,
    from: TimestampMs,
    to: TimestampMs,
  ) => Promise<TimestampMs | 'unknown' | null>;
  readonly monotonicMs: () => number;
}

type Withdrawn = Omit<Revocation, 'lastAcceptedAt' | 'lateUseMs'>;

interface Withdrawal extends Omit<Withdrawn, 'lagMs'> {
  lagMs: number | null;
}

const KINDS = [
  { action: 'keys.revoke', kind: 'revoked' },
  { action: 'keys.suspend', kind: 'suspended' },
] as const;
const GIVEN_BACK: ReadonlySet<string> = new Set(['keys.restore', 'keys.resume']);

/** Measures how long it takes until a withdrawn key is refused, and remembers the last ones. */
export class WithdrawalWatch {
  readonly #parts: WithdrawalWatchParts;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #counts = new Float64Array(LAG_EDGES_MS.length + 1);
  #sumMs = 0;
  /** Oldest first, of this run. */
  #recent: Withdrawal[] = [];
  /** Newest first, of earlier runs; null until somebody asks. */
  #earlier: readonly Withdrawn[] | null = null;

  constructor(parts: WithdrawalWatchParts) {
    this.#parts = parts;
  }

  /** The same command, measured: from its arrival until the verifier refuses the key. */
  watched<Input extends { readonly keyId: KeyId; readonly reason: string }>(
    kind: Revocation['kind'],
    command: (context: UseCaseContext, input: Input) => Key,
  ): (context: UseCaseContext, input: Input) => Key {
    return (context, input) => {
      const arrivedMs = this.#parts.monotonicMs();
      const key = command(context, input);
      const { keyId, reason } = input;
      const { actor, nowMs: at } = context;
      const withdrawal = { keyId, name: key.name, kind, at, actor: actor.name, reason, lagMs: null };
      this.#recent = [...this.#recent, withdrawal].slice(-REVOCATIONS_MAX);
      this.#probe(withdrawal, arrivedMs);
      return key;
    };
  }

  /** The newest withdrawals with what the log knows of later uses. */
  async list(
    context: UseCaseContext,
    { limit }: HandlerInput<'keys.revocations'>,
  ): Promise<Output<'keys.revocations'>> {
    const newest = [...[...this.#recent].reverse(), ...this.#ofEarlierRuns(context)].slice(0, limit);
    const items = await Promise.all(newest.map((withdrawal) => this.#withLateUse(context, withdrawal)));
    return { items };
  }

  /** How many lags were at most each of LAG_EDGES_MS and more than the edge before; one more entry for all above. */
  lags(): { readonly counts: readonly number[]; readonly sumMs: number } {
    return { counts: [...this.#counts], sumMs: this.#sumMs };
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #probe(withdrawal: Withdrawal, arrivedMs: number): void {
    const isRefused = this.#parts.isRefused(withdrawal.keyId);
    const lagMs = Math.round((this.#parts.monotonicMs() - arrivedMs) * 1_000) / 1_000;
    if (isRefused || lagMs > (LAG_EDGES_MS.at(-1) ?? 0)) {
      if (isRefused) withdrawal.lagMs = lagMs;
      this.#count(lagMs);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#probe(withdrawal, arrivedMs);
    }, PROBE_MS);
    timer.unref();
    this.#timers.add(timer);
  }

  #count(lagMs: number): void {
    const edge = LAG_EDGES_MS.findIndex((one) => lagMs <= one);
    const index = edge === -1 ? LAG_EDGES_MS.length : edge;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sumMs += lagMs;
  }

  /** Read once: what this run adds is in `#recent`. */
  #ofEarlierRuns({ db }: UseCaseContext): readonly Withdrawn[] {
    if (this.#earlier !== null) return this.#earlier;
    const isOfThisRun = (keyId: string, at: number): boolean =>
      this.#recent.some((one) => one.keyId === keyId && one.at === at);
    this.#earlier = KINDS.flatMap(({ action, kind }) =>
      db.audit.page({ action }, Number.MAX_SAFE_INTEGER, REVOCATIONS_MAX).map((event) => ({
        keyId: keyIdSchema.parse(event.subject.id),
        name: event.subject.name,
        kind,
        at: event.at,
        actor: event.actor.name,
        reason: event.reason,
        lagMs: null,
      })),
    )
      .filter(({ keyId, at }) => !isOfThisRun(keyId, at))
      .sort((a, b) => b.at - a.at)
      .slice(0, REVOCATIONS_MAX);
    return this.#earlier;
  }

  async #withLateUse({ db, nowMs }: UseCaseContext, withdrawn: Withdrawn): Promise<Revocation> {
    const { keyId, at } = withdrawn;
    const givenBackAt = db.audit
      .page({ subjectKind: 'key', subjectId: keyId, from: at }, Number.MAX_SAFE_INTEGER, REVOCATIONS_MAX)
      .findLast((event) => GIVEN_BACK.has(event.action))?.at;
    const accepted = await this.#parts.newestAccepted(keyId, timestampMs.parse(at + 1), givenBackAt ?? nowMs);
    if (accepted === 'unknown') return { ...withdrawn, lastAcceptedAt: null, lateUseMs: null };
    return { ...withdrawn, lastAcceptedAt: accepted, lateUseMs: accepted === null ? 0 : accepted - at };
  }
}
