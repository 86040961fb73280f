import { timestampMs } from '#contract/ids.ts';
import {
  REPLAY_CHANGED_MAX,
  REPLAY_GROUPS_MAX,
  REPLAY_NOTES,
  type ReplayCounts,
  type ReplayNote,
} from '#contract/replay.ts';
import type { ReplayOutcome } from '#main/requests/replay-plan.ts';
import { requestsText } from './replay-notes.ts';

/** What two replays of the same draft and days found for different keys, as one. The range is that which both looked at whole. */
export function mergeOutcomes(one: ReplayOutcome, other: ReplayOutcome): ReplayOutcome {
  const groups = [...one.groups, ...other.groups].toSorted(
    (a, b) => b.count - a.count || b.lastAt - a.lastAt,
  );
  const changed = [...one.changed, ...other.changed].toSorted((a, b) => b.at - a.at);
  const notes = REPLAY_NOTES.flatMap((code) => {
    const found = [...one.notes, ...other.notes].filter((note) => note.code === code);
    return found.length === 0 ? [] : [found.reduce(mergeNotes)];
  });
  return {
    from: timestampMs.parse(Math.max(one.from, other.from)),
    to: one.to,
    counts: sumOf(one.counts, other.counts),
    groups: groups.slice(0, REPLAY_GROUPS_MAX),
    groupCount: one.groupCount + other.groupCount,
    changed: changed.slice(0, REPLAY_CHANGED_MAX),
    // As a single replay tells them: of the whole first, then of single requests.
    notes: [...notes.filter(({ count }) => count === null), ...notes.filter(({ count }) => count !== null)],
  };
}

function sumOf(one: ReplayCounts, other: ReplayCounts): ReplayCounts {
  return {
    replayed: one.replayed + other.replayed,
    same: one.same + other.same,
    newlyRefused: one.newlyRefused + other.newlyRefused,
    newlyAllowed: one.newlyAllowed + other.newlyAllowed,
    refusedOtherwise: one.refusedOtherwise + other.refusedOtherwise,
    alreadySaved: one.alreadySaved + other.alreadySaved,
    ofOtherKeys: one.ofOtherKeys + other.ofOtherKeys,
  };
}

function mergeNotes(one: ReplayNote, other: ReplayNote): ReplayNote {
  if (one.count === null || other.count === null) return one;
  const count = one.count + other.count;
  return {
    code: one.code,
    count,
    text: requestsText(count) + one.text.slice(requestsText(one.count).length),
  };
}
