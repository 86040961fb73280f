import { z } from 'zod';
import { BINDING_MODES, timeWindow } from '#contract/bindings.ts';
import type { ServiceId } from '#contract/ids.ts';
import { signedBy } from '#contract/signed-by.ts';
import { originRefusal } from '#main/domain/origin-allow.ts';
import { isInTimes, readyTimes } from '#main/domain/time-allow.ts';
import type { ReadyTimes } from '#main/domain/time-allow.ts';
import { userAgentRefusal } from '#main/domain/user-agent.ts';
import type { BindingName } from '#main/domain/verification.ts';
import { readySigners } from '#main/signatures/signed-requests.ts';
import type { Signers } from '#main/signatures/signed-requests.ts';
import { createIpList, ipRefusal } from './ip-allow.ts';
import type { IpList } from './ip-allow.ts';

/** What of a request bindings look at. */
export interface BoundTo {
  readonly clientIp: string | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** null = no service asks: a simulation that names none. */
  readonly serviceId: ServiceId | null;
  readonly nowMs: number;
}

/** The bindings of a key, ready to compare with; null = not bound to that. */
export interface Bindings {
  readonly isObserving: boolean;
  readonly ip: IpList | null;
  readonly origin: readonly string[] | null;
  readonly userAgent: ReadonlySet<string> | null;
  readonly service: ReadonlySet<string> | null;
  readonly time: ReadyTimes | null;
  readonly signature: Signers | null;
}

/** Of a key that is bound to nothing. */
export const UNBOUND: Bindings = {
  isObserving: false,
  ip: null,
  origin: null,
  userAgent: null,
  service: null,
  time: null,
  signature: null,
};

const texts = z.array(z.string());
const stored = z.object({
  ip: texts,
  origin: texts,
  userAgent: texts,
  service: texts,
  time: z.array(timeWindow),
  signedBy: signedBy.nullable(),
  mode: z.enum(BINDING_MODES),
});

/** Reads `bindingsJson` of a row. */
export function readBindings(json: string): Bindings {
  const { ip, origin, userAgent, service, time, signedBy: signers, mode } = stored.parse(JSON.parse(json));
  return {
    isObserving: mode === 'observe',
    ip: ip.length === 0 ? null : createIpList(ip),
    origin: origin.length === 0 ? null : origin,
    userAgent: userAgent.length === 0 ? null : new Set(userAgent.map((family) => family.toLowerCase())),
    service: service.length === 0 ? null : new Set(service),
    time: time.length === 0 ? null : readyTimes(time),
    signature: signers === null ? null : readySigners(signers),
  };
}

/** Why one binding does not allow a request, as a sentence; null when it does, or when the key is not bound to that. Signatures are
 *  judged by SignedRequests, which remembers. */
export function bindingRefusal(
  bindings: Bindings,
  binding: Exclude<BindingName, 'signature'>,
  request: BoundTo,
): string | null {
  switch (binding) {
    case 'ip':
      return bindings.ip === null ? null : ipRefusal(bindings.ip, request.clientIp);
    case 'origin':
      return bindings.origin === null ? null : originRefusal(bindings.origin, request.origin);
    case 'userAgent':
      return bindings.userAgent === null ? null : userAgentRefusal(bindings.userAgent, request.userAgent);
    case 'service':
      return serviceRefusal(bindings.service, request.serviceId);
    case 'time':
      return bindings.time === null || isInTimes(bindings.time, request.nowMs)
        ? null
        : 'This moment is outside the hours of this key.';
  }
}

function serviceRefusal(allowed: ReadonlySet<string> | null, serviceId: ServiceId | null): string | null {
  if (allowed === null || serviceId === null || allowed.has(serviceId)) return null;
  return 'This key is bound to other services than the one that asks.';
}
