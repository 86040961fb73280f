import { z } from 'zod';
import type { ServiceId } from '#contract/ids.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { checkScopes } from '#main/domain/scope-check.ts';
import { decide, type StepObserver } from '#main/domain/verification.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { Attempt } from '#main/verify/attempt.ts';
import { Limiter } from '#main/verify/limiter.ts';
import type { Policies } from '#main/verify/policies.ts';
import { bindingOfCode, type LoggedRequest } from './logged-request.ts';
import type { ReplayPolicy, Touched } from '#main/requests/replay-plan.ts';
import { type Kept, ReplayedRequest } from './replayed-request.ts';

/** What a policy says of a request. */
export interface Verdict {
  readonly code: DecisionCode;
  readonly message: string | null;
  readonly rule: string | null;
  readonly kept: Kept | null;
}

/** Steps of bindings are left out for a key without any, unless somebody watches: the log may still know of one that refused. */
const WATCH: StepObserver = () => undefined;
/** What a refused request would have cost is not in the log. */
const COST_ASSUMED = 1;

/** Decides requests in the order of time under one side of a replay, with limits of its own: what passes here fills them. */
export class PolicyRun {
  readonly #limiter = new Limiter();
  readonly #policies: Policies;
  /** By policy and service: what the verifier's look-up would give for a live key. */
  readonly #rows = new Map<ReplayPolicy, Map<ServiceId, VerifyRow>>();

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  /** `logged` must not be older than the one before. */
  decide(policy: ReplayPolicy, touched: Touched, logged: LoggedRequest): Verdict {
    const row = this.#rowOf(policy, touched, logged.serviceId);
    const attempt = new Attempt({
      nowMs: logged.atMs,
      monotonicMs: logged.atMs,
      presented: { kind: 'simulated' },
      find: () => row,
      question: {
        method: logged.method,
        path: logged.path,
        scopes: null,
        scopeQuery: null,
        clientIp: logged.clientIp,
        origin: null,
        userAgent: logged.userAgent,
        serviceId: logged.serviceId,
        cost: logged.code === 'VALID' ? logged.cost : COST_ASSUMED,
        rateLimits: null,
      },
      limits: 'spend',
      policies: this.#policies,
      limiter: this.#limiter,
      draft: null,
    });
    const request = new ReplayedRequest(attempt, logged, touched);
    const refusal = decide(request, bindingOfCode(logged.code) === null ? null : WATCH);
    const { kept, rule } = request;
    if (refusal === null) return { code: 'VALID', message: null, rule, kept };
    return { code: refusal.code, message: refusal.message, rule, kept };
  }

  /** Do the rules of a policy let the request pass? */
  allows(policy: ReplayPolicy, touched: Touched, logged: LoggedRequest): boolean {
    const held = this.#policies.held(this.#rowOf(policy, touched, logged.serviceId));
    return checkScopes(held, { ...logged, scopes: null, scopeQuery: null }).isAllowed;
  }

  /** Whether the key worked then is in the log; what it is now says nothing about it. */
  #rowOf(policy: ReplayPolicy, touched: Touched, serviceId: ServiceId): VerifyRow {
    let rows = this.#rows.get(policy);
    if (rows === undefined) this.#rows.set(policy, (rows = new Map<ServiceId, VerifyRow>()));
    let row = rows.get(serviceId);
    if (row === undefined) {
      row = {
        ...policy.row,
        scopesJson: scopesAt(policy, serviceId),
        denialsJson: denialsAt(policy.row, serviceId),
        suspendedAtMs: null,
        suspendMessage: null,
        revokedAtMs: null,
        secretEndsAtMs: null,
        expiresAtMs: touched.expiry ? policy.row.expiresAtMs : null,
      };
      rows.set(serviceId, row);
    }
    return row;
  }
}

const denials = z.array(z.looseObject({ serviceId: z.string() }));

/** Of a child; its row has those of every service. */
function denialsAt({ denialsJson }: VerifyRow, serviceId: ServiceId): string | null {
  if (denialsJson === null) return null;
  return JSON.stringify(denials.parse(JSON.parse(denialsJson)).filter((one) => one.serviceId === serviceId));
}

/** As the look-up of the verifier writes it. */
export function scopesAt({ scopes }: ReplayPolicy, serviceId: ServiceId): string {
  const texts = scopes
    .filter((scope) => scope.serviceId === serviceId)
    .map(({ name, rulesJson }) => `{"name":${JSON.stringify(name)},"rules":${rulesJson}}`);
  return `[${texts.join(',')}]`;
}
