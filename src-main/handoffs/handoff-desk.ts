import { WRONG_CODES_MAX } from '#contract/handoffs.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { tidyCode } from '#main/domain/handoff-code.ts';
import { handoffStateAt, isWaiting } from '#main/domain/handoff-steps.ts';
import type { NamedHandoff } from '#main/sqlite/handoff-list-queries.ts';
import type { Visitor } from '#main/sqlite/handoff-queries.ts';
import { openContent, tokenHash } from './content-seal.ts';
import { takeStep } from './handoff-step.ts';

/** What a recipient may know before the reveal. Nothing of it is secret, and none of it is a key. */
export interface HandoffNotice {
  readonly from: string;
  readonly recipientName: string;
  readonly keyName: string;
  readonly environment: string;
  readonly applicationName: string;
  readonly message: string;
  readonly expiresAt: TimestampMs | null;
  /** When it was first opened, before this visit; null = never. */
  readonly openedAt: TimestampMs | null;
}

/** Who revealed it and when, for a recipient who did not. */
export interface UsedNotice {
  readonly from: string;
  readonly revealedAt: TimestampMs | null;
  readonly address: string | null;
}

/** What a link leads to. `gone`: it never was, has expired or was withdrawn, which look the same from outside. */
export type Seen =
  | { readonly kind: 'gone' }
  | { readonly kind: 'locked_out' }
  | { readonly kind: 'used'; readonly notice: UsedNotice }
  | { readonly kind: 'waiting'; readonly notice: HandoffNotice };

/** What came of a code. */
export type Revealed =
  | Exclude<Seen, { kind: 'waiting' }>
  | { readonly kind: 'no_code'; readonly notice: HandoffNotice }
  | { readonly kind: 'wrong_code'; readonly triesLeft: number; readonly notice: HandoffNotice }
  | { readonly kind: 'revealed'; readonly secret: string; readonly notice: HandoffNotice };

/** One who came with a link. */
export interface Visit {
  readonly token: string;
  readonly visitor: Visitor;
}

/** Where recipients come to: what the public page asks and does. */
export interface HandoffDesk {
  /** Never consumes anything. `isAhead`: a program looks ahead, as link previews do; that is noted and counts as no opening. */
  readonly look: (visit: Visit & { readonly isAhead: boolean }) => Seen;
  /** Gives the secret out once. */
  readonly reveal: (visit: Visit & { readonly code: string }) => Revealed;
}

/** Lines of a timeline that visits may make; later visits are not kept. */
const VISITS_KEPT_MAX = 60;

/** Makes the desk. `context` is one of the program itself and takes the time; `later` runs work when the answer is out. */
export function createHandoffDesk(
  context: () => UseCaseContext,
  later: (work: () => void) => void,
): HandoffDesk {
  const forget = (): void => {
    later(() => {
      context().db.handoffs.forgetDeleted();
    });
  };
  return {
    look: (visit) => {
      const now = context();
      const handoff = findByToken(now, visit.token);
      const seen = seenAt(now, handoff);
      if (handoff !== null && seen.kind === 'waiting') noteVisit(now, handoff, visit);
      return seen;
    },
    reveal: (visit) => {
      const revealed = revealOnce(context(), visit);
      // After the answer: who has revealed it must get it, whatever becomes of the write-ahead log.
      if (revealed.kind === 'revealed' || revealed.kind === 'locked_out') forget();
      return revealed;
    },
  };
}

function findByToken(context: UseCaseContext, token: string): NamedHandoff | null {
  const found = context.db.handoffs.findByToken(tokenHash(context.keyring, token));
  return found === null ? null : context.db.handoffList.get(found.id);
}

function seenAt(context: UseCaseContext, handoff: NamedHandoff | null): Seen {
  if (handoff === null) return { kind: 'gone' };
  const state = handoffStateAt(handoff, context.nowMs);
  if (isWaiting(state)) return { kind: 'waiting', notice: noticeOf(handoff) };
  if (state === 'locked_out') return { kind: 'locked_out' };
  if (state !== 'revealed' && state !== 'confirmed') return { kind: 'gone' };
  const reveal = context.db.handoffs.listEvents(handoff.id).find(({ kind }) => kind === 'revealed');
  const notice = {
    from: handoff.createdByName,
    revealedAt: handoff.revealedAtMs,
    address: reveal?.address ?? null,
  };
  return { kind: 'used', notice };
}

function noticeOf(handoff: NamedHandoff): HandoffNotice {
  return {
    from: handoff.createdByName,
    recipientName: handoff.recipientName,
    keyName: handoff.keyName,
    environment: handoff.environment,
    applicationName: handoff.applicationName,
    message: handoff.message,
    expiresAt: handoff.expiresAtMs,
    openedAt: handoff.openedAtMs,
  };
}

function noteVisit(
  context: UseCaseContext,
  handoff: NamedHandoff,
  { visitor, isAhead }: { readonly visitor: Visitor; readonly isAhead: boolean },
): void {
  const event = isAhead ? 'previewed' : 'opened';
  const kept = context.db.handoffs.countEvents(handoff.id, event, visitor);
  if (kept.same > 0 || kept.total >= VISITS_KEPT_MAX) return;
  const isFirst = !isAhead && handoff.openedAtMs === null;
  context.command(() =>
    takeStep(context, {
      id: handoff.id,
      step: isAhead ? null : 'open',
      event,
      action: isAhead ? 'handoffs.preview' : 'handoffs.open',
      ...(isFirst ? { progress: { openedAtMs: context.nowMs } } : {}),
      visitor,
    }),
  );
}

function revealOnce(context: UseCaseContext, visit: Visit & { readonly code: string }): Revealed {
  const { db, keyring } = context;
  const handoff = findByToken(context, visit.token);
  const seen = seenAt(context, handoff);
  if (handoff === null || seen.kind !== 'waiting') return seen.kind === 'waiting' ? { kind: 'gone' } : seen;
  const { notice } = seen;
  const code = tidyCode(visit.code);
  if (code === '') return { kind: 'no_code', notice };
  const { id } = handoff;
  const sealed = db.handoffs.getContent(id);
  if (sealed === null) return { kind: 'gone' };
  const secret = openContent(keyring, { id, token: visit.token, code, sealed });
  if (secret === null) return noteWrongCode(context, handoff, visit.visitor);
  context.command(() =>
    takeStep(context, {
      id,
      step: 'reveal',
      event: 'revealed',
      action: 'handoffs.reveal',
      progress: { revealedAtMs: context.nowMs },
      visitor: visit.visitor,
    }),
  );
  return { kind: 'revealed', secret, notice };
}

function noteWrongCode(context: UseCaseContext, handoff: NamedHandoff, visitor: Visitor): Revealed {
  const wrongCodes = handoff.wrongCodes + 1;
  const isLast = wrongCodes >= WRONG_CODES_MAX;
  context.command(() =>
    takeStep(context, {
      id: handoff.id,
      step: isLast ? 'lock_out' : null,
      event: isLast ? 'locked_out' : 'wrong_code',
      action: isLast ? 'handoffs.lockOut' : 'handoffs.wrongCode',
      progress: { wrongCodes, ...(isLast ? { attention: 'locked_out' } : {}) },
      visitor,
    }),
  );
  if (!isLast) {
    return { kind: 'wrong_code', triesLeft: WRONG_CODES_MAX - wrongCodes, notice: noticeOf(handoff) };
  }
  return { kind: 'locked_out' };
}
