import { isOwnAppName } from '#contract/app-name.ts';
import { NEW_NAMES_MAX, type ToldApp } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { isSharingSuspected } from '#main/domain/key-sharing.ts';
import { isNewSharing } from '#main/domain/sharing-mark.ts';
import { OWN_RULE, ruleText } from '#main/domain/path-rules.ts';
import type { JudgedKeys } from '#main/keys/key-questions.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { createSharingDismissalQueries } from '#main/sqlite/sharing-dismissal-queries.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';

/** Fewer allowed requests say nothing about which rules a key needs. */
export const JUDGED_REQUESTS_MIN = 20;

/** What was judged, and what it was judged by. */
export interface KeyHealth extends JudgedKeys {
  readonly habits: ReadonlyMap<KeyId, KeyHabits>;
  /** Names that requests gave their application and that are not the key's own; only of keys with such. */
  readonly otherApps: ReadonlyMap<KeyId, readonly ToldApp[]>;
}

/** Judges what the request log tells, against what keys are granted now; gives way to verifications in between. */
export async function judgeHabits(
  { db }: UseCaseContext,
  found: readonly KeyHabits[],
  monotonicMs: () => number,
): Promise<KeyHealth> {
  const turns = new TurnTaker(monotonicMs);
  const scopes = new Map(
    db.scopes
      .list(null)
      .map(({ id, name, rules }) => [
        id,
        rules.filter(({ effect }) => effect === 'allow').map((rule) => ruleText({ ...rule, source: name })),
      ]),
  );
  const unusedRules = new Map<KeyId, readonly string[]>();
  const suspected: KeyId[] = [];
  const otherApps = new Map<KeyId, readonly ToldApp[]>();
  const dismissed = new Map(
    createSharingDismissalQueries(db.handle)
      .list()
      .map(({ keyId, mark }) => [keyId, mark]),
  );
  for (const habits of found) {
    await turns.giveWay();
    if (habits.parties.length > 1 || isSharingSuspected(habits)) {
      const mark = dismissed.get(habits.keyId);
      if (mark === undefined || isNewSharing(mark, habits)) suspected.push(habits.keyId);
    }
    if (habits.allowed < JUDGED_REQUESTS_MIN && habits.apps.length === 0) continue;
    const key = db.keys.get(habits.keyId);
    if (key === null) continue;
    const others = otherAppsOf(key, habits);
    if (others.length > 0) otherApps.set(habits.keyId, others);
    if (habits.allowed < JUDGED_REQUESTS_MIN) continue;
    const own = key.rules
      .filter(({ effect }) => effect === 'allow')
      .map((rule) => ruleText({ ...rule, source: OWN_RULE }));
    const used = new Set(habits.rules);
    const granted = [...key.scopes.flatMap(({ id }) => scopes.get(id) ?? []), ...own];
    const unused = granted.filter((rule) => !used.has(rule));
    if (unused.length > 0) unusedRules.set(habits.keyId, unused);
  }
  const habits = new Map(found.map((one) => [one.keyId, one]));
  return { habits, suspected, unusedRules, otherApps };
}

function otherAppsOf(
  { applicationName: application, partnerName: partner }: Pick<StoredKey, 'applicationName' | 'partnerName'>,
  { apps }: KeyHabits,
): readonly ToldApp[] {
  return apps.filter(({ name }) => !isOwnAppName(name, { application, partner })).slice(0, NEW_NAMES_MAX);
}
