import type { HandlerInput, Output } from '#contract/contract.ts';
import { HYGIENE_KEYS_MAX, HYGIENE_KINDS, type HygieneKind } from '#contract/hygiene.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { JudgedKeys } from '#main/keys/key-questions.ts';
import type { createListKeys } from '#main/keys/list-keys.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { evidenceOf, NAMED_MAX } from './callers-of.ts';
import { HYGIENE_FILTERS, needsLog } from './hygiene-filters.ts';
import type { KeyHealth } from './key-health.ts';

type Board = Output<'hygiene.board'>;
type Item = Board['items'][number];

/** Makes hygiene.board from the list that its links lead to, here with what is known of the log at once: see KeptHealth. Of ten thousand
 *  keys each kind takes this thread 25 ms: it gives way to verifications in between. */
export function createHygieneBoard(
  listWith: (health: () => Promise<JudgedKeys>) => ReturnType<typeof createListKeys>,
  healthAtOnce: (context: UseCaseContext) => Promise<KeyHealth | null>,
  monotonicMs: () => number,
) {
  return async (context: UseCaseContext, input: HandlerInput<'hygiene.board'>): Promise<Board> => {
    const { health, missing } = await told(healthAtOnce(context));
    const listKeys = listWith(() => Promise.resolve(must(health, 'kinds that need the log are left out')));
    const items: Item[] = [];
    const turns = new TurnTaker(monotonicMs);
    for (const kind of HYGIENE_KINDS) {
      await turns.giveWay();
      if (needsLog(kind) && missing !== null) {
        items.push({ kind, count: null, missing, keys: [] });
        continue;
      }
      const filter = { ...HYGIENE_FILTERS[kind], ...input };
      const page = await listKeys(context, { filter, sort: 'name', limit: HYGIENE_KEYS_MAX });
      const keys = page.items.map((key) => describe(key, kind, health));
      items.push({ kind, count: page.total, missing: null, keys });
    }
    return { items };
  };
}

function describe(
  { keyId, name, environment, applicationName }: Output<'keys.list'>['items'][number],
  kind: HygieneKind,
  known: KeyHealth | null,
): Item['keys'][number] {
  const unused = kind === 'overScoped' ? known?.unusedRules.get(keyId) : undefined;
  return {
    keyId,
    name,
    environment,
    applicationName,
    sharing: kind === 'sharing' && known !== null ? evidenceOf(known, keyId) : null,
    unusedRules: unused?.slice(0, NAMED_MAX) ?? [],
  };
}

/** What the log tells, else why it tells nothing: the rest of the board is known all the same. */
async function told(
  asked: Promise<KeyHealth | null>,
): Promise<
  | { readonly health: KeyHealth; readonly missing: null }
  | { readonly health: null; readonly missing: NonNullable<Item['missing']> }
> {
  try {
    const health = await asked;
    return health === null ? { health, missing: 'reading' } : { health, missing: null };
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return { health: null, missing: 'down' };
    throw error;
  }
}
