import type { ChangedSubject } from '#contract/events.ts';
import type { KeyId } from '#contract/ids.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Keys of one transaction: verification waits meanwhile, some ms. */
const PART_KEYS = 20;

/** Keys that a change of many has come to so far, and those that it does not fit. */
export interface PartsDone<Had> {
  /** By key, what undoing its change needs. */
  readonly changed: Map<KeyId, Had>;
  /** With the reason as a sentence. */
  readonly skipped: { readonly keyId: KeyId; readonly why: string }[];
}

/** What is done to each key, and who follows it. */
export interface PartsWork<Had> {
  /** Changes one key by commands of the context that it is given. Answers what undoing needs, null when the key is like that already.
   *  What it throws as AppError leaves the key alone. */
  readonly change: (inner: UseCaseContext, keyId: KeyId) => Had | null;
  /** Told before each part and at the end how many keys are behind. */
  readonly onDone: (done: number) => 'go on' | 'stop';
}

/** Changes many keys. Each part is one transaction with its audit events; the next one waits until verifications that came meanwhile
 *  were answered. A failure of the store throws and leaves the parts before it, which `done` holds. False when it was stopped. */
export async function changeInParts<Had>(
  context: UseCaseContext,
  keyIds: readonly KeyId[],
  done: PartsDone<Had>,
  { change, onDone }: PartsWork<Had>,
): Promise<boolean> {
  for (let from = 0; from < keyIds.length; from += PART_KEYS) {
    if (from > 0) await nextTurn();
    if (onDone(from) === 'stop') return false;
    const part = changePart(context, keyIds.slice(from, from + PART_KEYS), change);
    for (const [keyId, had] of part.changed) done.changed.set(keyId, had);
    done.skipped.push(...part.skipped);
  }
  onDone(keyIds.length);
  return true;
}

/** A command leaves an audit event; when no key of a part changes there is none, and nothing to commit. */
class NothingChanged extends Error {
  override readonly name = 'NothingChanged';
}

function changePart<Had>(
  context: UseCaseContext,
  keyIds: readonly KeyId[],
  change: PartsWork<Had>['change'],
): PartsDone<Had> {
  const part: PartsDone<Had> = { changed: new Map(), skipped: [] };
  try {
    context.command(() => {
      const audits: AuditDraft[] = [];
      const subjects = new Set<ChangedSubject>();
      // The commands for one key, inside this transaction.
      const inner: UseCaseContext = {
        ...context,
        command: (work) => {
          const outcome = work();
          audits.push(outcome.audit, ...(outcome.furtherAudits ?? []));
          for (const subject of outcome.changed) subjects.add(subject);
          return outcome.value;
        },
      };
      // A second try after a full disk begins anew.
      part.changed.clear();
      part.skipped.length = 0;
      for (const keyId of keyIds) {
        try {
          const had = change(inner, keyId);
          if (had !== null) part.changed.set(keyId, had);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          part.skipped.push({ keyId, why: error.message });
        }
      }
      const [audit, ...furtherAudits] = audits;
      if (audit === undefined) throw new NothingChanged();
      return { value: null, audit, furtherAudits, changed: [...subjects] };
    });
  } catch (error) {
    if (!(error instanceof NothingChanged)) throw error;
  }
  return part;
}

/** Verifications that came meanwhile go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
