import type { TimestampMs } from '#contract/ids.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { blockedText } from './blocked-sources.ts';
import type { BlockedNetwork, BlockedSources } from './blocked-sources.ts';
import type { Guard, NotNow } from './guard.ts';
import { isUnreadableAddress } from './ip-allow.ts';

/** A request from where no key may be used. */
export interface RefusedSource {
  /** As a sentence. */
  readonly why: string;
  /** One call too many, or no room for it now: it is answered with that alone. null = it is refused for its source. */
  readonly notNow: NotNow | null;
}

/** Where a request comes from. */
export interface AskedFrom {
  /** With the address as it was told. A dry run decides nothing and is no hit of a block. */
  readonly request: { readonly clientIp?: string | null | undefined; readonly dryRun?: boolean };
  /** With the address as it was read; null when none was. */
  readonly question: { readonly clientIp: string | null };
  /** null where none asks. */
  readonly service: ServiceRef | null;
  readonly nowMs: TimestampMs;
  readonly monotonicMs: number;
}

/** Asked at every door that could tell whether a key is good, before anything is known of what was presented, so that neither words
 *  nor counters nor waiting times say anything about it. null = keys may be used from there: the address is in no blocked source, or
 *  nobody told one. One step where nothing is blocked; each refused call uses up budgets that end its rows in the log: see
 *  Guard.refusedSource. */
export function judgeSource(
  { guard, sources }: { readonly guard: Guard; readonly sources: Pick<BlockedSources, 'find' | 'noteHit'> },
  { request, question, service, nowMs, monotonicMs }: AskedFrom,
): RefusedSource | null {
  const found = findRefusal(sources, { request, question, nowMs });
  if (found === null) return null;
  const { why, blockedBy } = found;
  if (blockedBy !== null && request.dryRun !== true) sources.noteHit(blockedBy.id, nowMs);
  const room = blockedBy?.id ?? service?.id;
  const notNow =
    room === undefined ? null : guard.refusedSource(service, question.clientIp, room, monotonicMs);
  return { why, notNow };
}

/** What judgeSource says, and nothing is counted: for trials of administrators. */
export function sourceRefusal(sources: Pick<BlockedSources, 'find'>, asked: Told): string | null {
  return findRefusal(sources, asked)?.why ?? null;
}

type Told = Pick<AskedFrom, 'request' | 'question' | 'nowMs'>;

/** `blockedBy` is null where the address cannot be read. */
function findRefusal(
  sources: Pick<BlockedSources, 'find'>,
  { request, question, nowMs }: Told,
): { readonly why: string; readonly blockedBy: BlockedNetwork | null } | null {
  const { clientIp } = question;
  const blockedBy = sources.find(clientIp, nowMs);
  if (blockedBy !== null) return { why: blockedText(clientIp, blockedBy), blockedBy };
  const isUnreadable = clientIp === null && isUnreadableAddress(request.clientIp);
  return isUnreadable ? { why: UNREADABLE_ADDRESS, blockedBy: null } : null;
}

/** Were it taken for no address, whoever it stands for would be in no blocked source. */
const UNREADABLE_ADDRESS =
  'The client address that was told is no IP address. Tell one such as 203.0.113.9 or 2001:db8::1, or none.';
