import type { Output } from '#contract/contract.ts';
import type { ServiceId } from '#contract/ids.ts';
import type { LogEntry } from '#contract/verify.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { DecisionSink } from '#main/requests/decision-row.ts';
import { makeSampleObjects, type SampleObjects } from './sample-objects.ts';
import { readSamples } from './read-samples.ts';
import { sampleTraffic } from './sample-traffic.ts';

/** What takes the traffic of sample data. */
export interface SampleLog extends Pick<DecisionSink, 'record'> {
  readonly report: (serviceId: ServiceId, entries: readonly LogEntry[]) => Promise<unknown>;
}

/** Requests written in one turn of the event loop: verification waits meanwhile, a few ms. */
const TURN_REQUESTS = 500;

/** Adds sample data: objects in one transaction with one audit event, then their traffic, giving way to verifications. Throws
 *  WRONG_STATUS while there are some, and NAME_TAKEN or SLUG_TAKEN where something has one of their names. */
export async function createSamples(
  context: UseCaseContext,
  log: SampleLog,
): Promise<Output<'samples.create'>> {
  const made = makeAll(context);
  let requests = 0;
  let reports: LogEntry[] = [];
  for (const { row, report } of sampleTraffic(made, context.nowMs, steadyRandom())) {
    log.record(row);
    // As the service itself would have done it: lists say when a key was used last.
    if (row.principal !== null) context.db.lastUsed.touch(row.principal.keyId, 1, row.atMs);
    context.db.lastUsed.touchService(made.service.id, row.atMs);
    if (report !== null) reports.push(report);
    requests += 1;
    if (requests % TURN_REQUESTS !== 0) continue;
    await log.report(made.service.id, reports);
    reports = [];
  }
  await log.report(made.service.id, reports);
  return { keys: made.keys.length, requests };
}

function makeAll(context: UseCaseContext): SampleObjects {
  if (readSamples(context) !== null) {
    throw new AppError(
      'WRONG_STATUS',
      'There are sample data already. Remove them before you add them again.',
    );
  }
  const made: SampleObjects[] = [];
  context.command(() => {
    // Part of this transaction; its audit event speaks for all.
    const objects = makeSampleObjects({ ...context, command: (work) => work().value });
    context.db.store.put('samples', JSON.stringify(objects.roots));
    made.push(objects);
    return {
      value: { keys: objects.keys.length, requests: 0 },
      audit: {
        action: 'samples.create',
        subject: { kind: 'store', id: 'samples', name: 'Sample data' },
        after: { ...objects.roots, keyIds: objects.keys.map(({ keyId }) => keyId) },
      },
      changed: ['keys', 'applications', 'partners', 'services', 'scopes', 'endpoints', 'settings'],
    };
  });
  return must(made[0], 'a command that was committed has done its work');
}

/** The same numbers every time: a linear congruential generator is even enough for a picture. Constants of Numerical Recipes. */
function steadyRandom(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
