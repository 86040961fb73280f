import type { HandlerInput, Output } from '#contract/contract.ts';
import { UNUSED_NAMED_MAX, UNUSED_PEOPLE_MAX, type UnusedPerson } from '#contract/unused-by-person.ts';
import type { UseCaseContext } from '#main/context.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { createKeyHolderQueries, type HeldKey } from '#main/sqlite/key-holder-queries.ts';

/** Keys of one turn, about a millisecond: verification waits meanwhile. */
const WINDOW_KEYS = 500;
/** Behind every key id. */
const LAST_ID = '~';

/** Makes hygiene.people. Whoever was given a key and never used it, but calls all the same, does so with somebody else's. */
export function createUnusedByPerson(monotonicMs: () => number) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'hygiene.people'>,
  ): Promise<Output<'hygiene.people'>> => {
    const { db, nowMs } = context;
    const environment = input.environment ?? null;
    db.lastUsed.sync();
    const queries = createKeyHolderQueries(db.handle);
    const people = new Map<string, HeldKey[]>();
    const turns = new TurnTaker(monotonicMs);
    for (let afterId: string | null = ''; afterId !== null;) {
      const toId: string | null = queries.lastOf(afterId, WINDOW_KEYS);
      for (const key of queries.held({ afterId, toId: toId ?? LAST_ID, nowMs, environment })) {
        const person = key.person.trim().toLowerCase();
        const keys = people.get(person);
        if (keys === undefined) people.set(person, [key]);
        else keys.push(key);
      }
      afterId = toId;
      await turns.giveWay();
    }
    const found = [...people].map(([person, keys]) => tell(person, keys));
    const sorted = found.filter(({ unusedCount }) => unusedCount > 0).sort(mostSuspectFirst);
    return { people: sorted.slice(0, UNUSED_PEOPLE_MAX), isCut: sorted.length > UNUSED_PEOPLE_MAX };
  };
}

function tell(person: string, keys: readonly HeldKey[]): UnusedPerson {
  const unused = keys
    .filter(({ lastUsedAtMs }) => lastUsedAtMs === null)
    .sort((one, other) => one.createdAtMs - other.createdAtMs || one.name.localeCompare(other.name, 'en'));
  return {
    person,
    keyCount: keys.length,
    unusedCount: unused.length,
    unused: unused.slice(0, UNUSED_NAMED_MAX).map(named),
    lastUsedAt: keys.reduce<HeldKey['lastUsedAtMs']>(
      (last, { lastUsedAtMs }) => (lastUsedAtMs !== null && lastUsedAtMs > (last ?? 0) ? lastUsedAtMs : last),
      null,
    ),
  };
}

function named(key: HeldKey): UnusedPerson['unused'][number] {
  const { keyId, name, environment, applicationId, applicationName, createdAtMs } = key;
  return { keyId, name, environment, applicationId, applicationName, createdAt: createdAtMs };
}

/** Those who use none of their keys, then by how many they do not use, then by name. */
function mostSuspectFirst(one: UnusedPerson, other: UnusedPerson): number {
  return (
    Number(one.lastUsedAt !== null) - Number(other.lastUsedAt !== null) ||
    other.unusedCount - one.unusedCount ||
    one.person.localeCompare(other.person, 'en')
  );
}
