import { timestampMs } from '#contract/ids.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { EndpointNames } from './endpoint-names.ts';
import { type FoundRows, LogReader, type LogSources } from './log-reader.ts';
import { replayNotes } from './replay-notes.ts';
import type { ReplayOutcome, ReplayPlan } from '#main/requests/replay-plan.ts';
import { ReplayTally } from './replay-tally.ts';
import { TwoPolicies } from './two-policies.ts';

/** Decides the requests of a plan once more, oldest first, in the thread that has the log. Others have a turn between some ms of
 *  work each. Throws the signal's reason when it is aborted. */
export async function runReplay(sources: LogSources, plan: ReplayPlan): Promise<ReplayOutcome> {
  const { fromMs, toMs, warmFromMs, rowsMax, subjects, catalogue } = plan;
  const byKey = new Map(subjects.map((subject) => [subject.keyId, subject]));
  const reader = new LogReader(sources, [...byKey.keys()]);
  const tally = new ReplayTally(reader, new EndpointNames(catalogue));
  const policies = new TwoPolicies();
  const found = await reader.find(warmFromMs, toMs, rowsMax);
  await reader.each(found, (row) => {
    const subject = byKey.get(reader.keyIdOf(row));
    if (subject === undefined) return;
    const isInRange = atMsOfRow(row.id) >= fromMs;
    const logged = reader.read(row);
    if (logged === null) {
      if (isInRange && subject.isCounted) tally.kept.reportedOnly += 1;
      return;
    }
    const replayed = policies.decide(subject, logged);
    if (!isInRange) return;
    if (subject.isCounted) tally.add(row, logged, replayed);
    else if (replayed.was !== replayed.now) tally.counts.ofOtherKeys += 1;
  });
  const removedBeforeMs = sources.store.removedBeforeMs();
  return {
    from: timestampMs.parse(startOf(plan, found, removedBeforeMs)),
    to: timestampMs.parse(toMs),
    counts: tally.counts,
    ...tally.groups(),
    changed: tally.changed(),
    notes: replayNotes(plan, found, tally.kept, removedBeforeMs),
  };
}

function startOf({ fromMs }: ReplayPlan, found: FoundRows, removedBeforeMs: number | null): number {
  const [first] = found.stretches;
  const cappedMs = found.isCapped && first !== undefined ? atMsOfRow(first.fromId) : 0;
  return Math.max(fromMs, removedBeforeMs ?? 0, cappedMs);
}
