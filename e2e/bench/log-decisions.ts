import { applicationId, keyId as asKeyId, partnerId, serviceId } from '#contract/ids.ts';
import type { KeyId, RequestId, TimestampMs } from '#contract/ids.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { encodeBase62Fixed } from '#main/domain/base62.ts';
import type { DecisionPrincipal, DecisionRow } from '#main/requests/decision-row.ts';

const AGENTS = 20;
const ADDRESSES = 500;
const PATHS = 400;
const SCOPES = 12;
const REFUSALS: Readonly<Partial<Record<DecisionCode, string>>> = {
  INSUFFICIENT_SCOPE: 'No rule of the key allows this request.',
  RATE_LIMITED: 'The limit of 100 requests a minute is reached.',
  NOT_FOUND: 'There is no such key.',
};

/** Decisions as a few services with many keys would cause them, the same ones in every run. */
export class DecisionSource {
  readonly #principals: readonly DecisionPrincipal[];
  readonly #busiestShare: number;
  readonly #agents = Array.from({ length: AGENTS }, (_none, index) =>
    flat(`python-requests/2.31.${String(index)}`),
  );
  readonly #rules = Array.from({ length: SCOPES }, (_none, index) =>
    flat(`allow GET /inventory/${String(index)}/** (inventory:read)`),
  );
  readonly #serviceId = serviceId.parse(`svc_${'a'.repeat(16)}`);
  #state = 1;

  /** `keyIds`: keys that a store holds; without, made up ones. */
  constructor({
    keys,
    busiestShare,
    keyIds = [],
  }: {
    readonly keys: number;
    readonly busiestShare: number;
    readonly keyIds?: readonly KeyId[];
  }) {
    this.#principals = Array.from({ length: keys }, (_none, index) =>
      principal(index, keyIds[index] ?? keyIdOf(index)),
    );
    this.#busiestShare = busiestShare;
  }

  /** Key 0 is the busiest one. */
  keyId(index: number): KeyId {
    return keyIdOf(index);
  }

  next(atMs: TimestampMs, requestId: RequestId): DecisionRow {
    const isBusiest = this.#random(1_000_000) < this.#busiestShare * 1_000_000;
    const owner = this.#principals[isBusiest ? 0 : this.#random(this.#principals.length)] ?? null;
    const code = this.#code();
    const scope = this.#random(SCOPES);
    return {
      requestId,
      atMs,
      serviceId: this.#serviceId,
      service: 'Trade API',
      // The journal names principals, agents and rules once: they are the same objects, as here.
      principal: code === 'NOT_FOUND' ? null : owner,
      code,
      method: scope % 3 === 0 ? 'POST' : 'GET',
      path: flat(`/inventory/${String(scope)}/${String(this.#random(PATHS))}`),
      clientIp: flat(`203.0.${String(this.#random(2))}.${String(this.#random(ADDRESSES / 2))}`),
      userAgent: this.#agents[this.#random(AGENTS)] ?? null,
      rule: code === 'VALID' ? (this.#rules[scope] ?? null) : null,
      detail: REFUSALS[code] ?? null,
      latencyUs: 20 + this.#random(60),
      tags: [],
      cost: code === 'VALID' ? 1 : 0,
      quota: null,
      windows: null,
    };
  }

  #code(): DecisionCode {
    const chance = this.#random(100);
    if (chance < 94) return 'VALID';
    return chance < 97 ? 'INSUFFICIENT_SCOPE' : chance < 99 ? 'RATE_LIMITED' : 'NOT_FOUND';
  }

  /** Whole numbers from 0 to below `end`; a linear congruential generator is even enough. */
  #random(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * end);
  }
}

/** A text of its own, as it is read from the journal: one that was put together would be flattened by its first reader. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function principal(index: number, keyId: KeyId): DecisionPrincipal {
  const owner = encodeBase62Fixed(index, 16).toLowerCase();
  return {
    keyId,
    keyName: `Data feed ${String(index)}`,
    environment: 'live',
    secretVersion: 1,
    applicationId: applicationId.parse(`app_${owner}`),
    application: `Data feed ${String(index)}`,
    partnerId: partnerId.parse(`par_${owner}`),
    partner: `Partner ${String(index)}`,
  };
}

function keyIdOf(index: number): KeyId {
  return asKeyId.parse(encodeBase62Fixed(index, 12));
}
