import type { ScopeFinding } from '#main/domain/scope-check.ts';
import type { BindingName, Evidence, KeyFacts, LimitRefusal, Presented } from '#main/domain/verification.ts';
import type { Attempt } from '#main/verify/attempt.ts';
import { bindingOfCode, cameTo, isAgentWhole, isPathWhole, type LoggedRequest } from './logged-request.ts';
import type { Touched } from '#main/requests/replay-plan.ts';

/** What could not be decided anew and is as the log has it. */
export type Kept = 'origin' | 'signature' | 'scopes' | 'token' | 'text';

const SIMULATED: Presented = { kind: 'simulated' };
/** Says no more than the code does, which the log has. */
const AS_LOGGED = 'As it was decided then.';

/** A request of the log as evidence for the same decision once more: what the draft does not touch, and what the log cannot tell, is
 *  as it was then; all else is asked of the same code that verifies. */
export class ReplayedRequest implements Evidence {
  readonly nowMs: number;
  readonly presented = SIMULATED;
  /** Why something was left as it was; null when nothing was. */
  kept: Kept | null = null;
  /** The rule that decided; null where none did. */
  rule: string | null = null;
  readonly #attempt: Attempt;
  readonly #logged: LoggedRequest;
  readonly #touched: Touched;
  #asked: BindingName | null = null;

  constructor(attempt: Attempt, logged: LoggedRequest, touched: Touched) {
    this.nowMs = attempt.nowMs;
    this.#attempt = attempt;
    this.#logged = logged;
    this.#touched = touched;
  }

  findKey(): KeyFacts | null {
    return this.#attempt.findKey();
  }

  bindingRefusal(binding: BindingName): string | null {
    this.#asked = binding;
    if (!this.#isDecidedAnew(binding)) return this.#bindingThen(binding);
    if (binding === 'origin' || binding === 'signature') return this.#unloggedRefusal(binding);
    const why = this.#attempt.bindingRefusal(binding);
    // A part that was cut off may have named the family.
    if (binding !== 'userAgent' || why === null || isAgentWhole(this.#logged.userAgent)) return why;
    this.kept = 'text';
    return this.#bindingThen(binding);
  }

  /** A binding that was observed then did not refuse, and one that refused was not observed. */
  isObserving(): boolean {
    return this.#asked !== null && this.#isDecidedAnew(this.#asked) && this.#attempt.isObserving();
  }

  noteObserved(): void {
    // What is only observed changes no decision.
  }

  sourceRefusal(): null {
    // Blocked sources are no policy of a key: they stay as they are.
    return null;
  }

  scopes(): ScopeFinding {
    const isKnown = !this.#touched.scope && cameTo(this.#logged.code, 'scope');
    const finding = isKnown ? this.#scopesThen() : this.#decidedScopes();
    this.rule = finding.rule;
    return finding;
  }

  rateRefusal(): LimitRefusal | null {
    return this.#attempt.rateRefusal();
  }

  quotaRefusal(): LimitRefusal | null {
    return this.#attempt.quotaRefusal();
  }

  spend(): void {
    this.#attempt.spend();
  }

  /** The draft changes it, or an earlier step refused then: what it would have said is not in the log. */
  #isDecidedAnew(binding: BindingName): boolean {
    return this.#touched.bindings.includes(binding) || !cameTo(this.#logged.code, binding);
  }

  #unloggedRefusal(binding: 'origin' | 'signature'): string | null {
    const { policies } = this.#attempt.parts;
    if (this.#attempt.row === null || policies.bindings(this.#attempt.row)[binding] === null) return null;
    this.kept = binding;
    return this.#bindingThen(binding);
  }

  #bindingThen(binding: BindingName): string | null {
    return bindingOfCode(this.#logged.code) === binding ? AS_LOGGED : null;
  }

  #decidedScopes(): ScopeFinding {
    const { method, path } = this.#logged;
    if (method === null || path === null) return this.#keptScopes('scopes');
    if (!isPathWhole(path)) return this.#keptScopes('text');
    const ofKey = this.#attempt.scopes();
    // A token is never allowed what its key is refused; what it is allowed of the rest, only the token said.
    return this.#logged.isByToken && ofKey.isAllowed ? this.#keptScopes('token') : ofKey;
  }

  #keptScopes(why: Kept): ScopeFinding {
    this.kept = why;
    return this.#scopesThen();
  }

  #scopesThen(): ScopeFinding {
    const { code, rule } = this.#logged;
    const isAllowed = code !== 'INSUFFICIENT_SCOPE';
    return {
      isAllowed,
      rule,
      missing: [],
      why: isAllowed ? null : { message: AS_LOGGED, detail: null },
    };
  }
}
