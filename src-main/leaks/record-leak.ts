import type { HandlerInput, Output } from '#contract/contract.ts';
import { leakId } from '#contract/ids.ts';
import { LEAKS_MAX, type Leak } from '#contract/leaks.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredLeak } from '#main/sqlite/leak-queries.ts';
import { loadLeak, viewLeak } from './leak-view.ts';

/** What is older was found before somebody looked here. */
const FOUND_BEFORE_MS_MAX = 7 * DAY_MS;

/** Begins an incident about a key. One that goes on already is answered instead, with what is newly known of it.
 *  Throws KEY_NOT_FOUND, and INVALID_INPUT for a moment that cannot be or the text of a key in the place. */
export function recordLeak(context: UseCaseContext, input: HandlerInput<'leaks.record'>): Leak {
  return context.command(() => {
    const { keyId, secretVersion, place, foundAt = context.nowMs } = input;
    const key = context.db.keys.getState(keyId);
    if (key === null) throw new AppError('KEY_NOT_FOUND', 'There is no key with this id.');
    refuseKeyText('place', place);
    refuseMoment(foundAt, context.nowMs);
    if (
      secretVersion !== null &&
      !context.db.secrets.list(keyId).some((one) => one.version === secretVersion)
    ) {
      throw invalid('secretVersion', 'This key has no such secret.');
    }
    const open = context.db.leaks.findOpen(keyId);
    const after: StoredLeak =
      open === null
        ? { ...NOTHING_DONE, ...newLeak(context), keyId, keyName: key.name, secretVersion, place, foundAt }
        : {
            ...open,
            secretVersion: secretVersion ?? open.secretVersion,
            place: place === '' ? open.place : place,
          };
    return changed(context, 'leaks.record', after, { keyId, secretVersion, place, foundAt: after.foundAt });
  });
}

/** Notes that the owner of the key was told. Throws LEAK_NOT_FOUND, WRONG_STATUS when the incident is closed. */
export function notifyOfLeak(context: UseCaseContext, input: HandlerInput<'leaks.notify'>): Leak {
  return context.command(() => {
    const leak = openLeak(context, input.leakId);
    const told = { notifiedAt: context.nowMs, notifiedBy: context.actor.name };
    return changed(context, 'leaks.notify', { ...leak, ...told }, { keyId: leak.keyId });
  });
}

/** Closes an incident. Throws LEAK_NOT_FOUND; WRONG_STATUS when it is closed already, or when what was found still works: nobody
 *  should believe that it is over. */
export function closeLeak(context: UseCaseContext, input: HandlerInput<'leaks.close'>): Leak {
  return context.command(() => {
    const leak = openLeak(context, input.leakId);
    refuseKeyText('note', input.note);
    if (viewLeak(context, leak).containedBy === null) {
      throw new AppError('WRONG_STATUS', 'What was found still works. Revoke or suspend the key first.');
    }
    const closed = { closedAt: context.nowMs, closedBy: context.actor.name, closedNote: input.note };
    return changed(context, 'leaks.close', { ...leak, ...closed }, { keyId: leak.keyId, note: input.note });
  });
}

/** Incidents, newest first. */
export function listLeaks(context: UseCaseContext, input: HandlerInput<'leaks.list'>): Output<'leaks.list'> {
  const isOpen = input.isOpen === undefined ? null : input.isOpen ? 1 : 0;
  const filter = { keyId: input.keyId ?? null, isOpen } as const;
  const { leaks } = context.db;
  return {
    items: leaks.list(filter, LEAKS_MAX).map((stored) => viewLeak(context, stored)),
    total: leaks.count(filter),
  };
}

/** Stores the step of an incident and tells it. Call inside a command. */
export function changed(
  context: UseCaseContext,
  action: string,
  leak: StoredLeak,
  after: Readonly<Record<string, unknown>>,
): CommandOutcome<Leak> {
  context.db.leaks.put(leak);
  return {
    value: viewLeak(context, leak),
    audit: { action, subject: { kind: 'leak', id: leak.id, name: leak.keyName }, after },
    changed: ['leaks'],
  };
}

/** An incident that is not closed. Throws LEAK_NOT_FOUND, WRONG_STATUS. */
export function openLeak(context: UseCaseContext, id: StoredLeak['id']): StoredLeak {
  const leak = loadLeak(context, id);
  if (leak.closedAt !== null) throw new AppError('WRONG_STATUS', 'This incident is closed.');
  return leak;
}

const NOTHING_DONE = {
  notifiedAt: null,
  notifiedBy: null,
  replacedBy: null,
  closedAt: null,
  closedBy: null,
  closedNote: null,
} as const;

function newLeak(context: UseCaseContext): Pick<StoredLeak, 'id' | 'foundBy'> {
  return { id: leakId.parse(`lek_${randomBase62(16, randomBytes)}`), foundBy: context.actor.name };
}

function refuseMoment(foundAt: number, nowMs: number): void {
  if (foundAt <= nowMs && nowMs - foundAt <= FOUND_BEFORE_MS_MAX) return;
  throw invalid('foundAt', 'This lies ahead, or more than a week back.');
}

function refuseKeyText(path: string, text: string): void {
  if (redactKeys(text) === text) return;
  throw invalid(path, 'This holds the text of a key, which is never stored. Take it out.');
}

function invalid(path: string, message: string): AppError {
  return new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
}
