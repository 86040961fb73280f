import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { ATTEMPTS_COUNTED_MAX, type Leak, type LeakTraffic, type LeakWithTraffic } from '#contract/leaks.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadLeak, viewLeak } from './leak-view.ts';

/** What is asked of the log. Each rejects while it is down. */
export interface LeakLog {
  readonly list: (input: HandlerInput<'requests.list'>) => Promise<Output<'requests.list'>>;
  readonly summary: (input: HandlerInput<'usage.summary'>) => Promise<Output<'usage.summary'>>;
}

/** Addresses that called in this time before are known. */
const KNOWN_DAYS = 30;
/** The first refusal after a containment is looked for in this time, when there were more than are counted. */
const FIRST_WITHIN_MS = 60_000;

/** Answers leaks.get. Throws LEAK_NOT_FOUND. */
export async function getLeak(
  context: UseCaseContext,
  { leakId }: HandlerInput<'leaks.get'>,
  log: LeakLog,
): Promise<LeakWithTraffic> {
  const leak = viewLeak(context, loadLeak(context, leakId));
  return { ...leak, traffic: await trafficOf(leak, context.nowMs, log) };
}

/** What the log knows of a leaked key; null while it does not answer. */
async function trafficOf(leak: Leak, nowMs: number, log: LeakLog): Promise<LeakTraffic | null> {
  const { keyId, secretVersion } = leak;
  const filter: RequestFilter = { keyId, ...(secretVersion === null ? {} : { secretVersion }) };
  try {
    const [passed, refused, callers] = await Promise.all([
      log.list({ filter: { ...filter, outcome: 'allowed' }, limit: 1 }),
      refusals(leak, filter, log),
      callersSince(leak, nowMs, log),
    ]);
    return { lastPassedAt: passed.items[0]?.at ?? null, ...refused, callers };
  } catch {
    // Containing needs no log: the incident is shown without its figures.
    return null;
  }
}

type Refusals = Pick<LeakTraffic, 'attempts' | 'hasMoreAttempts' | 'firstRefusedAt' | 'lastRefusedAt'>;

async function refusals({ containedAt }: Leak, of: RequestFilter, log: LeakLog): Promise<Refusals> {
  if (containedAt === null) {
    return { attempts: 0, hasMoreAttempts: false, firstRefusedAt: null, lastRefusedAt: null };
  }
  const filter: RequestFilter = { ...of, outcome: 'refused', from: containedAt };
  const { items, nextCursor } = await log.list({ filter, limit: ATTEMPTS_COUNTED_MAX });
  const hasMoreAttempts = nextCursor !== null;
  const oldest = hasMoreAttempts ? await firstAfter(filter, containedAt, log) : items.at(-1)?.at;
  return {
    attempts: items.length,
    hasMoreAttempts,
    firstRefusedAt: oldest ?? null,
    lastRefusedAt: items[0]?.at ?? null,
  };
}

async function firstAfter(filter: RequestFilter, fromMs: number, log: LeakLog) {
  const to = timestampMs.parse(fromMs + FIRST_WITHIN_MS);
  const { items, nextCursor } = await log.list({ filter: { ...filter, to }, limit: ATTEMPTS_COUNTED_MAX });
  // So many within a minute: the first of them was at once.
  return nextCursor === null ? items.at(-1)?.at : timestampMs.parse(fromMs);
}

async function callersSince(leak: Leak, nowMs: number, log: LeakLog): Promise<LeakTraffic['callers']> {
  const { keyId, foundAt } = leak;
  const before = timestampMs.parse(Math.max(0, foundAt - KNOWN_DAYS * DAY_MS));
  const [since, earlier] = await Promise.all([
    log.summary({ keyId, from: foundAt, to: timestampMs.parse(nowMs + 1) }),
    log.summary({ keyId, from: before, to: foundAt }),
  ]);
  const known = new Set(earlier.callers.map(({ clientIp }) => clientIp));
  return since.callers.map(({ clientIp, userAgent, count, lastAt }) => ({
    ...{ clientIp, userAgent, count, lastAt },
    isKnown: known.has(clientIp),
  }));
}
