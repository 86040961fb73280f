import type { DecisionCode } from '#contract/verify.ts';
import { Policies } from '#main/verify/policies.ts';
import { type LoggedRequest, reachedLimits } from './logged-request.ts';
import { PolicyRun, type Verdict } from './policy-run.ts';
import type { ReplaySubject } from '#main/requests/replay-plan.ts';
import type { Kept } from './replayed-request.ts';

/** A request of the log and what the draft makes of it. */
export interface Replayed {
  readonly was: DecisionCode;
  readonly now: DecisionCode;
  readonly nowRule: string | null;
  readonly nowMessage: string | null;
  /** What is saved now would decide as the draft does. */
  readonly alreadySaved: boolean;
  /** Refused for the key's state then: that was not decided anew. */
  readonly isStateKept: boolean;
  readonly kept: Kept | null;
}

/** Decides every request twice, by what is saved and by the draft, each side with its own limits. Rules, bindings and expiry that the
 *  draft changes are held against the log. Limits are only ever as exact as the log's milliseconds, and a restart or a call may have
 *  changed them: there the log stands wherever both sides say the same. So a draft that changes nothing repeats the log. */
export class TwoPolicies {
  readonly #policies = new Policies();
  readonly #saved = new PolicyRun(this.#policies);
  readonly #draft = new PolicyRun(this.#policies);

  /** `logged` must be of the subject's key and not older than the one before. */
  decide(subject: ReplaySubject, logged: LoggedRequest): Replayed {
    if (isStateOf(logged, subject.touched.expiry)) return asLogged(logged, true);
    const isForNames = this.#isForNames(subject, logged);
    const touched = isForNames ? { ...subject.touched, scope: false } : subject.touched;
    const saved = this.#saved.decide(subject.saved, touched, logged);
    const draft = this.#draft.decide(subject.draft, touched, logged);
    const now = settled(logged.code, saved, draft);
    const kept = isForNames ? keptOf(logged) : draft.kept;
    if (now === logged.code) return { ...asLogged(logged, false), kept };
    return {
      was: logged.code,
      now,
      nowRule: draft.rule,
      nowMessage: draft.message,
      alreadySaved: saved.code === draft.code,
      isStateKept: false,
      kept,
    };
  }

  /** Refused by no rule although those that are saved allow it: the service demanded scopes that the key lacked, the rules were edited
   *  since, or a token held less than its key. Which, the log does not say. */
  #isForNames({ saved, touched }: ReplaySubject, logged: LoggedRequest): boolean {
    if (!touched.scope || logged.code !== 'INSUFFICIENT_SCOPE' || logged.rule !== null) return false;
    return this.#saved.allows(saved, touched, logged);
  }
}

function keptOf({ isByToken }: LoggedRequest): Kept {
  return isByToken ? 'token' : 'scopes';
}

/** The limits of both sides say the same: then the log knows better than either. */
function settled(was: DecisionCode, saved: Verdict, draft: Verdict): DecisionCode {
  const isOfLimits = reachedLimits(was) && reachedLimits(draft.code);
  return isOfLimits && saved.code === draft.code ? was : draft.code;
}

/** A token has an end of its own, which no draft moves. */
function isStateOf({ code, isByToken }: LoggedRequest, isExpiryTouched: boolean): boolean {
  return (
    code === 'REVOKED' || code === 'SUSPENDED' || (code === 'EXPIRED' && (isByToken || !isExpiryTouched))
  );
}

function asLogged({ code, rule }: LoggedRequest, isStateKept: boolean): Replayed {
  return {
    was: code,
    now: code,
    nowRule: rule,
    nowMessage: null,
    alreadySaved: false,
    isStateKept,
    kept: null,
  };
}
