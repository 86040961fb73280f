import type { ProxyHeaders } from './proxy-headers.ts';

/** How one family of proxies asks and how it wants to be answered. */
export interface Dialect {
  /** Last part of its address below /forward-auth/. */
  readonly name: string;
  /** The request that the client made to the proxy, before it is held against what other headers say. null = not told. */
  readonly original: (request: AskedRequest) => {
    readonly method: string | null;
    readonly target: string | null;
  };
  /** What the operator has to set when the original request is not told. */
  readonly howToTell: string;
  /** Can this proxy pass on any status? One that cannot gets 403 for all but 401, with the true one in X-Latchkey-Status and the
   *  problem body, which it drops, in X-Latchkey-Problem. */
  readonly passesAnyStatus: boolean;
}

/** The question of a proxy, as it came. */
export interface AskedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: ProxyHeaders;
}

/** The original request from the headers that a proxy sets, first of the names that is there. */
export function fromHeaders(
  methodNames: readonly (keyof ProxyHeaders['single'])[],
  targetNames: readonly (keyof ProxyHeaders['single'])[],
): Dialect['original'] {
  return ({ headers }) => ({
    method: firstOf(headers, methodNames),
    target: firstOf(headers, targetNames),
  });
}

function firstOf({ single }: ProxyHeaders, names: readonly (keyof ProxyHeaders['single'])[]): string | null {
  for (const name of names) {
    const value = single[name];
    if (value !== undefined && value !== '') return value;
  }
  return null;
}
