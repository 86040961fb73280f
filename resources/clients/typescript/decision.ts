/** How one rate limit stands after a decision. Times in ms. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
  readonly windowMs: number;
}

/** The answer of POST /v1/verify for a request that may pass. Times in ms UTC. */
export interface Allowed {
  readonly valid: true;
  readonly code: 'VALID';
  readonly status: 200;
  readonly requestId: string;
  readonly key: {
    readonly keyId: string;
    readonly name: string;
    readonly environment: 'live' | 'test';
    readonly secretVersion: number;
    /** The key's scopes at this service. */
    readonly scopes: readonly string[];
    readonly expiresAt: number | null;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly externalId: string | null;
  };
  readonly application: { readonly id: string; readonly name: string; readonly slug: string };
  readonly partner: { readonly id: string; readonly name: string; readonly tier: string };
  readonly rateLimit: RateLimitState | null;
  readonly rateLimits: readonly (RateLimitState & { readonly name: string })[];
  readonly quota: {
    readonly limit: number;
    readonly remaining: number;
    readonly period: 'day' | 'month';
    readonly resetsAt: number;
  } | null;
  /** Set when the presented secret is the old one of a rotation. */
  readonly rotation: {
    readonly rotatedAt: number;
    readonly secretEndsAt: number;
    readonly currentVersion: number;
    /** The next short time in which it is refused on trial. */
    readonly brownout?: { readonly from: number; readonly to: number };
  } | null;
}

/** The answer of POST /v1/verify for a request that may not pass. `status` is what to answer the caller with. */
export interface Refused {
  readonly valid: false;
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  readonly message: string;
  readonly missing: readonly string[];
  readonly retryAfterMs: number | null;
  readonly contact: string | null;
  readonly help: string | null;
  /** null when the key is not known. */
  readonly key: { readonly keyId: string; readonly name: string } | null;
}

export type Decision = Allowed | Refused;

/** Is this an answer of Latchkey? Something else on its port must never let a request pass. */
export function isDecision(value: unknown): value is Decision {
  if (!isObject(value) || typeof value['requestId'] !== 'string') return false;
  if (value['valid'] === true) {
    const { application, code, key, partner } = value;
    return code === 'VALID' && isObject(key) && isObject(application) && isObject(partner);
  }
  return value['valid'] === false && typeof value['code'] === 'string' && typeof value['status'] === 'number';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
