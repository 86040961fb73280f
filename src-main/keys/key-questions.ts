import type { HandlerInput } from '#contract/contract.ts';
import type { KeyId, ServiceId } from '#contract/ids.ts';

/** A request that keys are asked about. Without a service: at any of them. */
export type CallQuestion = NonNullable<HandlerInput<'keys.list'>['filter']['canCall']>;

/** Would a verification of this request with the current secret of this key pass, at one of these services? */
export type CanCall = (keyId: KeyId, question: CallQuestion, services: readonly ServiceId[]) => boolean;

/** What was judged of keys by their requests of the last 29 days. */
export interface JudgedKeys {
  readonly suspected: readonly KeyId[];
  /** By key: the allow rules that decided nothing. Keys with none of them are left out. */
  readonly unusedRules: ReadonlyMap<KeyId, readonly string[]>;
}
