import type { HandlerInput, Output } from '#contract/contract.ts';
import { HYGIENE_KEYS_MAX, HYGIENE_KINDS, type HygieneKind } from '#contract/hygiene.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { createListKeys } from '#main/keys/list-keys.ts';
import { AppError } from '#main/platform/app-error.ts';
import { evidenceOf, NAMED_MAX } from './callers-of.ts';
import type { KeyHealth } from './key-health.ts';
import { HYGIENE_FILTERS } from './hygiene-filters.ts';

type Board = Output<'hygiene.board'>;

/** Makes hygiene.board from the list that its links lead to, and what the log tells of single keys. */
export function createHygieneBoard(
  listKeys: ReturnType<typeof createListKeys>,
  health: (context: UseCaseContext) => Promise<KeyHealth>,
) {
  return async (context: UseCaseContext, input: HandlerInput<'hygiene.board'>): Promise<Board> => {
    const known = await unlessDown(health(context));
    const items: Board['items'][number][] = [];
    for (const kind of HYGIENE_KINDS) {
      const filter = { ...HYGIENE_FILTERS[kind], ...input };
      const page = await unlessDown(
        Promise.resolve(listKeys(context, { filter, sort: 'name', limit: HYGIENE_KEYS_MAX })),
      );
      const keys = page?.items ?? [];
      items.push({ kind, count: page?.total ?? null, keys: keys.map((key) => describe(key, kind, known)) });
    }
    return { items };
  };
}

function describe(
  { keyId, name, environment, applicationName }: Output<'keys.list'>['items'][number],
  kind: HygieneKind,
  known: KeyHealth | null,
): Board['items'][number]['keys'][number] {
  const habits = kind === 'sharing' ? known?.habits.get(keyId) : undefined;
  const unused = kind === 'overScoped' ? known?.unusedRules.get(keyId) : undefined;
  return {
    keyId,
    name,
    environment,
    applicationName,
    sharing: habits === undefined ? null : evidenceOf(habits),
    unusedRules: unused?.slice(0, NAMED_MAX) ?? [],
  };
}

/** null while the log is down: the rest of the board is known all the same. */
async function unlessDown<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return null;
    throw error;
  }
}
