import type { KeyId, ServiceId } from '#contract/ids.ts';
import type { ReplayResult } from '#contract/replay.ts';
import type { Method } from '#contract/http-methods.ts';
import type { BindingName } from '#main/domain/verification.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** A policy as the verifier meets it: one row, but for the scopes, which depend on the service that asks. */
export interface ReplayPolicy {
  /** As of the store; `scopesJson` says nothing. */
  readonly row: VerifyRow;
  /** By name, as the store gives them. */
  readonly scopes: readonly {
    readonly serviceId: ServiceId;
    readonly name: string;
    readonly rulesJson: string;
  }[];
}

/** What of a policy the draft changes: only that is decided anew, the rest is as the log has it. */
export interface Touched {
  readonly expiry: boolean;
  readonly scope: boolean;
  readonly bindings: readonly BindingName[];
}

/** A key whose requests are decided once more. */
export interface ReplaySubject {
  readonly keyId: KeyId;
  readonly saved: ReplayPolicy;
  readonly draft: ReplayPolicy;
  readonly touched: Touched;
  /** false: it only shares a limit with those that are asked about. */
  readonly isCounted: boolean;
}

/** An endpoint of a catalogue. */
export interface CatalogueEndpoint {
  readonly serviceId: ServiceId;
  readonly method: Method;
  readonly path: string;
}

/** All that a replay needs, gathered from the key store: the thread that reads the log has no other. Times in ms UTC. */
export interface ReplayPlan {
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** From here on limits are counted, so that they are as full as they were at `fromMs`. */
  readonly warmFromMs: number;
  readonly rowsMax: number;
  readonly subjects: readonly ReplaySubject[];
  readonly catalogue: readonly CatalogueEndpoint[];
  /** Limits are shared with more other keys than `subjects` holds. */
  readonly isSharedUncounted: boolean;
  /** The draft's expiry; undefined when it says nothing about it. */
  readonly expiresAtMs: number | null | undefined;
}

/** What traffic is asked about one key. */
export interface SuggestPlan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rowsMax: number;
  readonly keyId: KeyId;
  readonly saved: ReplayPolicy;
  readonly catalogue: readonly CatalogueEndpoint[];
}

/** What of a replay's result the log gives; whoever asked knows the rest. */
export type ReplayOutcome = Omit<ReplayResult, 'keyIds' | 'templateId' | 'days' | 'draft'>;
