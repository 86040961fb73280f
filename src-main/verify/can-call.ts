import type { CanCall } from '#main/keys/key-questions.ts';
import { decide } from '#main/domain/verification.ts';
import { simulatedAttempt, type TryParts } from './simulate.ts';
import { Policies } from './policies.ts';

/** Makes the question by the code that verifies; spends and records nothing. A key that is gone can call nothing; one that wants signed
 *  requests can call what it may when they are signed. */
export function createCanCall(parts: TryParts): CanCall {
  const policies = new Policies();
  return (keyId, { method, path }, services) =>
    services.some((serviceId) => {
      const row = parts.lookup.findKeyById(keyId, serviceId);
      if (row === null) return false;
      const attempt = simulatedAttempt(parts, policies, { method, path, serviceId }, () => row);
      return decide(attempt) === null;
    });
}
