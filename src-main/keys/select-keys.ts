import type { KeyId } from '#contract/ids.ts';
import type { KeyFilter } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { CallQuestion, CanCall, JudgedKeys } from './key-questions.ts';
import { TurnTaker } from './turn-taker.ts';

/** Answers what the key store alone cannot: the keys that such filters let through; null when the filter has none of them. */
export type SelectKeys = (context: UseCaseContext, filter: KeyFilter) => Promise<readonly KeyId[] | null>;

/** What the answers come from. */
export interface SelectSources {
  readonly canCall: CanCall;
  /** From the request log; rejects with UNAVAILABLE while it is down. */
  readonly failing: (errorRateMin: number) => Promise<readonly KeyId[]>;
  /** From the request log, as `failing`. */
  readonly health: (context: UseCaseContext) => Promise<JudgedKeys>;
  readonly monotonicMs: () => number;
}

/** Pages of one list follow each other quickly: they see one answer. Longer than that, limits and expiries have moved on. */
const KEPT_MS = 5_000;
const KEPT_MAX = 8;
/** Ids read from the store at once. */
const SLICE_KEYS = 500;

interface Kept {
  readonly ids: Promise<readonly KeyId[]>;
  readonly revision: number;
  readonly atMs: number;
}

/** Makes the selection. Questions about calls look at every key, giving way to verifications in between. */
export function createSelectKeys(sources: SelectSources): SelectKeys {
  const answers = new Map<string, Kept>();
  const ask = (context: UseCaseContext, name: string, work: () => Promise<readonly KeyId[]>) => {
    const nowMs = sources.monotonicMs();
    const revision = context.db.verify.revision();
    const known = answers.get(name);
    if (known?.revision === revision && nowMs - known.atMs < KEPT_MS) return known.ids;
    const ids = work();
    answers.delete(name);
    const [oldest] = answers.keys();
    if (answers.size >= KEPT_MAX && oldest !== undefined) answers.delete(oldest);
    answers.set(name, { ids, revision, atMs: nowMs });
    // The one who asks hears of the failure; the next one asks anew.
    ids.catch(() => answers.delete(name));
    return ids;
  };
  return async (context, { canCall, errorRateMin, sharingSuspected, overScoped }) => {
    const sets: (readonly KeyId[])[] = [];
    if (canCall !== undefined) {
      const work = () => keysThatCanCall(context, canCall, sources);
      sets.push(await ask(context, JSON.stringify(['canCall', canCall]), work));
    }
    if (errorRateMin !== undefined) {
      const work = () => sources.failing(errorRateMin);
      sets.push(await ask(context, JSON.stringify(['failing', errorRateMin]), work));
    }
    if (sharingSuspected === true) sets.push((await sources.health(context)).suspected);
    if (overScoped === true) sets.push([...(await sources.health(context)).unusedRules.keys()]);
    return inAll(sets);
  };
}

async function keysThatCanCall(
  { db }: UseCaseContext,
  question: CallQuestion,
  { canCall, monotonicMs }: SelectSources,
): Promise<readonly KeyId[]> {
  const services =
    question.serviceId === undefined ? db.services.list().map(({ id }) => id) : [question.serviceId];
  const found: KeyId[] = [];
  const turns = new TurnTaker(monotonicMs);
  let slice = db.keys.idsAfter('', SLICE_KEYS);
  while (slice.length > 0) {
    for (const keyId of slice) {
      if (canCall(keyId, question, services)) found.push(keyId);
      await turns.giveWay();
    }
    slice = db.keys.idsAfter(slice.at(-1) ?? '', SLICE_KEYS);
  }
  return found;
}

/** null = nothing was asked. */
function inAll(sets: readonly (readonly KeyId[])[]): readonly KeyId[] | null {
  const [first, ...others] = sets;
  if (first === undefined) return null;
  const rest = others.map((ids) => new Set(ids));
  return first.filter((id) => rest.every((ids) => ids.has(id)));
}
