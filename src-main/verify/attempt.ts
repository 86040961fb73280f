import type { QuotaThreshold } from '#contract/quota-thresholds.ts';
import type { NamedRateLimit, RateLimit, RateLimitOverride } from '#contract/plans.ts';
import type { SignatureTold } from '#contract/signed-by.ts';
import type { WARNING_CODES } from '#contract/verify.ts';
import { reachedThreshold } from '#main/domain/quota.ts';
import { compileRules } from '#main/domain/path-rules.ts';
import type { SlidingWindow, WindowState } from '#main/domain/rate-limit.ts';
import { checkScopes } from '#main/domain/scope-check.ts';
import type { Demand, Held, ScopeFinding } from '#main/domain/scope-check.ts';
import type {
  BindingName,
  Evidence,
  KeyFacts,
  LimitRefusal,
  Presented,
  Refusal,
  RefusalCode,
} from '#main/domain/verification.ts';
import type { NonceUse, SignedRequests } from '#main/signatures/signed-requests.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { bindingRefusal } from './bindings.ts';
import type { BoundTo } from './bindings.ts';
import { limitsFor } from './limit-endpoints.ts';
import { quotaRefusal, rateLimitRefusal } from './limit-refusals.ts';
import type { CountedQuota, Limiter, QuotaState } from './limiter.ts';
import { limitsKeyId } from './limits-key.ts';
import { judgeLimits, missingLimit, refusingLimit, spendLimits, tightestLimit } from './named-limits.ts';
import type { JudgedLimit, LimitQuestion } from './named-limits.ts';
import type { Policies } from './policies.ts';

/** What is asked about: the demand on scopes, where the request comes from, what it costs. */
export interface Question extends Demand, Omit<BoundTo, 'nowMs'> {
  readonly cost: number;
  /** null = the request says nothing about single limits. */
  readonly rateLimits: readonly RateLimitOverride[] | null;
  /** Asks about limits and not for a request: those of single endpoints are told, too. */
  readonly isEveryLimit?: true;
}

/** `spend` = check and take; `check` = check and take nothing; `ignore` = the request has paid, or limits cannot be foretold. */
export type LimitsMode = 'spend' | 'check' | 'ignore';

/** What an attempt is made of. Times: nowMs in ms UTC, monotonicMs for the windows. */
export interface AttemptParts {
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly presented: Presented;
  readonly find: () => VerifyRow | null;
  /** Why no key may be used from where the request comes from, as a sentence; null = it may. Absent where that was not asked: nothing
   *  is let pass there. */
  readonly sourceRefusal?: string | null | undefined;
  readonly question: Question;
  readonly limits: LimitsMode;
  readonly policies: Policies;
  readonly limiter: Limiter;
  /** Names in `question.rateLimits` each of which must limit something. */
  readonly mustLimit?: readonly string[] | undefined;
  /** Judges the signature of the request, for keys that want one; absent where nobody has made the request and it is taken as signed. */
  readonly signed?: Pick<SignedRequests, 'refusal'> | undefined;
  readonly signature?: SignatureTold | undefined;
  /** Rules to judge instead of those that the key holds. */
  readonly draft: Held | null;
}

/** What a binding would have answered that is only observed, with the warning that tells it. */
export interface Observed {
  readonly code: WarningCode;
  readonly refusal: Refusal;
}

type WarningCode = (typeof WARNING_CODES)[number];

const NONE_OBSERVED: readonly Observed[] = [];
const OBSERVED_CODES: Partial<Record<RefusalCode, WarningCode>> = {
  IP_NOT_ALLOWED: 'OBSERVED_IP_NOT_ALLOWED',
  ORIGIN_NOT_ALLOWED: 'OBSERVED_ORIGIN_NOT_ALLOWED',
  USER_AGENT_NOT_ALLOWED: 'OBSERVED_USER_AGENT_NOT_ALLOWED',
  SERVICE_NOT_ALLOWED: 'OBSERVED_SERVICE_NOT_ALLOWED',
  TIME_NOT_ALLOWED: 'OBSERVED_TIME_NOT_ALLOWED',
  SIGNATURE_NOT_ALLOWED: 'OBSERVED_SIGNATURE_NOT_ALLOWED',
};

/** One request while it is decided: looks things up when `decide` asks for them, and keeps them for the answer. */
export class Attempt implements Evidence {
  readonly nowMs: number;
  readonly presented: Presented;
  readonly parts: AttemptParts;
  /** The key, once found. */
  row: VerifyRow | null = null;
  scopeFinding: ScopeFinding | null = null;
  /** The tightest rate limit. null without a limit, and before its step. After spending: what is left then. */
  rateState: WindowState | null = null;
  quotaState: QuotaState | null = null;
  rateLimit: RateLimit | null = null;
  /** Every rate limit where the key or the request names some; else null. */
  judged: readonly JudgedLimit[] | null = null;
  limitQuestion: LimitQuestion | null = null;
  /** A name of `mustLimit` that limits nothing: then there is no decision. */
  missingLimit: string | null = null;
  quota: CountedQuota | null = null;
  quotaOwnerId: string | null = null;
  /** The share of the quota that this request was the first to reach, in per cent. */
  quotaNotice: QuotaThreshold | null = null;
  hasSpent = false;
  observed: readonly Observed[] = NONE_OBSERVED;
  /** Of the only rate limit; empty until its step. */
  #window: SlidingWindow | null = null;

  constructor(parts: AttemptParts) {
    this.parts = parts;
    this.nowMs = parts.nowMs;
    this.presented = parts.presented;
  }

  sourceRefusal(): string | null {
    return this.parts.sourceRefusal ?? null;
  }

  findKey(): KeyFacts | null {
    this.row = this.parts.find();
    return this.row;
  }

  bindingRefusal(binding: BindingName): string | null {
    const { nowMs, policies, question } = this.parts;
    if (this.row === null) return null;
    if (binding === 'signature') return this.#signatureRefusal(this.row);
    return bindingRefusal(policies.bindings(this.row), binding, { ...question, nowMs });
  }

  isObserving(): boolean {
    return this.row !== null && this.parts.policies.bindings(this.row).isObserving;
  }

  noteObserved(refusal: Refusal): void {
    const code = OBSERVED_CODES[refusal.code];
    if (code !== undefined) this.observed = [...this.observed, { code, refusal }];
  }

  scopes(): ScopeFinding {
    const { draft, policies, question } = this.parts;
    const held = draft ?? (this.row === null ? NOTHING_HELD : policies.held(this.row));
    this.scopeFinding = checkScopes(held, question);
    return this.scopeFinding;
  }

  rateRefusal(): LimitRefusal | null {
    const { limiter, limits, monotonicMs, policies, question } = this.parts;
    const { row } = this;
    if (row === null) return null;
    this.rateLimit = policies.rateLimit(row);
    const all = policies.namedLimits(row);
    const named = all.length === 0 || question.isEveryLimit === true ? all : limitsFor(all, question);
    if (named.length > 0 || question.rateLimits !== null || row.childLimitJson !== null)
      return this.#namedRefusal(row, named);
    if (this.rateLimit === null) return null;
    this.#window = limiter.window(limitsKeyId(row), this.rateLimit, monotonicMs);
    this.rateState = this.#window.peek(monotonicMs, question.cost);
    if (limits === 'ignore' || this.rateState.fits) return null;
    return rateLimitRefusal(this.rateLimit, this.rateState, question.cost);
  }

  quotaRefusal(): LimitRefusal | null {
    const { limiter, limits, policies, question } = this.parts;
    if (this.row === null) return null;
    this.quota = policies.quota(this.row);
    if (this.quota === null) return null;
    this.quotaOwnerId = ownerIdOf(this.row, this.quota.by);
    this.quotaState = limiter.peekQuota(this.quotaOwnerId, this.quota, this.nowMs, question.cost);
    if (limits === 'ignore' || this.quotaState.fits || this.quota.isSoft) return null;
    return quotaRefusal(this.quota, this.quotaState, question.cost, this.nowMs);
  }

  spend(): void {
    const { limiter, limits, monotonicMs, question } = this.parts;
    if (limits !== 'spend') return;
    if (this.judged !== null) {
      spendLimits(limiter, this.judged, monotonicMs);
      this.#tellTightest(this.judged);
    } else if (this.#window !== null) this.rateState = this.#window.count(monotonicMs, question.cost);
    if (this.quota !== null && this.quotaOwnerId !== null) this.#spendQuota(this.quota, this.quotaOwnerId);
    this.hasSpent = true;
  }

  #signatureRefusal(row: VerifyRow): string | null {
    const { limits, nowMs, policies, question, signature, signed } = this.parts;
    const signers = policies.bindings(row).signature;
    if (signers === null || signed === undefined) return null;
    const { method, path } = question;
    if (method === null || path === null) return 'This key wants signed requests: send method and path.';
    const request = signature === undefined ? null : { ...signature, method, path };
    return signed.refusal(request, { keyId: row.keyId, signers, nowMs, nonceUse: NONCE_USES[limits] });
  }

  #namedRefusal(row: VerifyRow, named: readonly NamedRateLimit[]): LimitRefusal | null {
    const { limiter, limits, monotonicMs, policies, question } = this.parts;
    const { clientIp, cost } = question;
    const overrides = question.rateLimits ?? NO_OVERRIDES;
    const ofChild = policies.childLimit(row);
    this.limitQuestion = { row, single: this.rateLimit, named, ofChild, overrides, clientIp, cost };
    this.missingLimit = missingLimit(this.limitQuestion, this.parts.mustLimit);
    if (this.missingLimit !== null) return NO_SUCH_LIMIT;
    this.judged = judgeLimits(limiter, this.limitQuestion, monotonicMs);
    this.#tellTightest(this.judged);
    const refusing = limits === 'ignore' ? null : refusingLimit(this.judged);
    return refusing === null ? null : rateLimitRefusal(refusing.limit, refusing.state, refusing.cost);
  }

  #tellTightest(judged: readonly JudgedLimit[]): void {
    const tightest = tightestLimit(judged);
    this.rateLimit = tightest === null ? null : tightest.limit;
    this.rateState = tightest === null ? null : tightest.state;
  }

  #spendQuota(quota: CountedQuota, ownerId: string): void {
    const { limiter, question } = this.parts;
    const before = this.quotaState?.used ?? 0;
    this.quotaState = limiter.spendQuota(ownerId, quota, this.nowMs, question.cost);
    this.quotaNotice = reachedThreshold(before, this.quotaState.used, quota.limit);
  }
}

function ownerIdOf(row: VerifyRow, by: CountedQuota['by']): string {
  if (by === 'key') return limitsKeyId(row);
  return by === 'application' ? row.applicationId : row.partnerId;
}

/** Ends the decision before anything is spent; nobody is told. */
const NO_SUCH_LIMIT: LimitRefusal = { message: 'No such rate limit.', detail: null, retryAfterMs: null };
/** The repeat of a granted request carries the signature of the first. */
const NONCE_USES: Readonly<Record<LimitsMode, NonceUse>> = { spend: 'use', check: 'look', ignore: 'paid' };
const NO_OVERRIDES: readonly RateLimitOverride[] = [];
const NOTHING_HELD: Held = { scopeNames: [], rules: compileRules([]) };
