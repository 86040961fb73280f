import type { HandlerInput } from '#contract/contract.ts';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import { decide } from '#main/domain/verification.ts';
import { simulatedAttempt, type SimulatorParts } from './simulate.ts';
import { Policies } from './policies.ts';

/** A request that keys are asked about. Without a service: at any of them. */
export type CallQuestion = NonNullable<HandlerInput<'keys.list'>['filter']['canCall']>;

/** Would a verification of this request with the current secret of this key pass, at one of these services? */
export type CanCall = (keyId: KeyId, question: CallQuestion, services: readonly ServiceId[]) => boolean;

/** Makes the question by the code that verifies; spends and records nothing. A key that is gone can call nothing. */
export function createCanCall(parts: SimulatorParts): CanCall {
  const policies = new Policies();
  return (keyId, { method, path }, services) =>
    services.some((serviceId) => {
      const row = parts.lookup.findKeyById(keyId, serviceId);
      if (row === null) return false;
      const attempt = simulatedAttempt(parts, policies, { method, path, serviceId }, () => row);
      return decide(attempt) === null;
    });
}
