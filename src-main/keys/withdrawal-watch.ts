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
  /** Asks the code that verifies whether it refuses the key, or this secret of it, as revoked or suspended, spending nothing. */
  readonly isRefused: (keyId: KeyId, secretVersion?: number) => boolean;
  /** Newest accepted request with a key between two moments, from the log; null when there is none, `unknown` while the log
   *  is not running. */
  readonly newestAccepted: (asked: {
    readonly keyId: KeyId;
    /** Left out: with any secret. */
    readonly secretVersion?: number | undefined;
    readonly from: TimestampMs;
    readonly to: TimestampMs;
  }) => Promise<TimestampMs | 'unknown' | null>;
  readonly monotonicMs: () => number;
}

type Withdrawn = Omit<Revocation, 'lastAcceptedAt' | 'lateUseMs'>;

interface Withdrawal extends Omit<Withdrawn, 'lagMs'> {
  lagMs: number | null;
}

/** A secret that a command ended before its key did. */
interface EndedSecret {
  readonly secretVersion: number;
  readonly at: TimestampMs;
  readonly actor: string;
  readonly reason: string | null;
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
  /** Of this run, the last one of a key. */
  readonly #ended = new Map<KeyId, EndedSecret>();
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
      this.#probe(withdrawal, arrivedMs, () => this.#parts.isRefused(keyId));
      return key;
    };
  }

  /** The same for keys that a command about many has taken away. `arrivedMs` (monotonic): when that command came. */
  noteMany(
    { actor, nowMs: at }: UseCaseContext,
    withdrawn: { readonly kind: Revocation['kind']; readonly reason: string; readonly arrivedMs: number },
    keys: readonly { readonly keyId: KeyId; readonly name: string }[],
  ): void {
    const { kind, reason, arrivedMs } = withdrawn;
    const noted = keys.map(({ keyId, name }) => {
      return { keyId, name, kind, at, actor: actor.name, reason, lagMs: null };
    });
    this.#recent = [...this.#recent, ...noted].slice(-REVOCATIONS_MAX);
    for (const one of noted) this.#probe(one, arrivedMs, () => this.#parts.isRefused(one.keyId));
  }

  /** The same for commands that end one secret. `endingOf` says which one the command will end, asked before it; null = none. */
  watchedEnd<Input extends { readonly keyId: KeyId; readonly reason?: string | null | undefined }, Result>(
    endingOf: (context: UseCaseContext, input: Input) => number | null,
    command: (context: UseCaseContext, input: Input) => Result,
  ): (context: UseCaseContext, input: Input) => Result {
    return (context, input) => {
      const arrivedMs = this.#parts.monotonicMs();
      const secretVersion = endingOf(context, input);
      const result = command(context, input);
      if (secretVersion === null) return result;
      const { keyId, reason = null } = input;
      const ended = { secretVersion, at: context.nowMs, actor: context.actor.name, reason, lagMs: null };
      this.#noteEnded(keyId, ended);
      this.#probe(ended, arrivedMs, () => this.#parts.isRefused(keyId, secretVersion));
      return result;
    };
  }

  /** The last time that this key, or a secret of it, was taken away in this run; null when it was not. */
  async enforcement(
    context: UseCaseContext,
    { keyId }: HandlerInput<'keys.enforcement'>,
  ): Promise<Output<'keys.enforcement'>> {
    const withdrawal = this.#recent.findLast((one) => one.keyId === keyId) ?? null;
    const ended = this.#ended.get(keyId) ?? null;
    if (ended !== null && (withdrawal === null || withdrawal.at < ended.at)) {
      return this.#withLateUse(context, { ...ended, keyId, kind: 'secretEnded' as const });
    }
    if (withdrawal === null) return null;
    const { name: _name, ...told } = withdrawal;
    return this.#withLateUse(context, { ...told, secretVersion: null });
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

  #noteEnded(keyId: KeyId, ended: EndedSecret): void {
    this.#ended.delete(keyId);
    this.#ended.set(keyId, ended);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REVOCATIONS_MAX && oldest !== undefined) this.#ended.delete(oldest);
  }

  #probe(withdrawal: { lagMs: number | null }, arrivedMs: number, ask: () => boolean): void {
    const isRefused = ask();
    const lagMs = Math.round((this.#parts.monotonicMs() - arrivedMs) * 1_000) / 1_000;
    if (isRefused || lagMs > (LAG_EDGES_MS.at(-1) ?? 0)) {
      if (isRefused) withdrawal.lagMs = lagMs;
      this.#count(lagMs);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#probe(withdrawal, arrivedMs, ask);
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

  async #withLateUse<One extends { readonly keyId: KeyId; readonly at: TimestampMs }>(
    { db, nowMs }: UseCaseContext,
    withdrawn: One & { readonly secretVersion?: number | null },
  ): Promise<One & Pick<Revocation, 'lastAcceptedAt' | 'lateUseMs'>> {
    const { keyId, at } = withdrawn;
    const secretVersion = withdrawn.secretVersion ?? undefined;
    const givenBackAt = db.audit
      .page({ subjectKind: 'key', subjectId: keyId, from: at }, Number.MAX_SAFE_INTEGER, REVOCATIONS_MAX)
      .findLast((event) => GIVEN_BACK.has(event.action))?.at;
    const from = timestampMs.parse(at + 1);
    const accepted = await this.#parts.newestAccepted({
      keyId,
      secretVersion,
      from,
      to: givenBackAt ?? nowMs,
    });
    if (accepted === 'unknown') return { ...withdrawn, lastAcceptedAt: null, lateUseMs: null };
    return { ...withdrawn, lastAcceptedAt: accepted, lateUseMs: accepted === null ? 0 : accepted - at };
  }
}
