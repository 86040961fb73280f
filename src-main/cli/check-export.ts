import { auditEvent, type AuditEvent } from '#contract/audit.ts';
import { CHAIN_START, type ChainFinding, type ChainHead, verifyChain } from '#main/domain/audit-chain.ts';

/** What was found in an export of the trail, and how far the check could look. */
export interface ExportFinding extends ChainFinding {
  /** What could not be checked with what was given, a sentence each. */
  readonly unchecked: readonly string[];
  /** All that is in the file fits, but the head knows of later events. */
  readonly endsEarly: boolean;
}

/** Checks the text of an `audit.export` in JSON lines, newest or oldest event first. `fromSeq` is the event that the file is meant
 *  to begin with. Without `head`, events that are missing at the end do not show. A line that is not as the export writes it counts
 *  as changed: what a reader sees there may differ from what was signed. */
export function checkExport(parts: {
  readonly text: string;
  readonly mac: (text: string) => string;
  readonly fromSeq: number;
  readonly head: ChainHead | null;
}): ExportFinding {
  const { text, mac, fromSeq, head } = parts;
  const lines = text.split('\n').filter((line) => line !== '');
  const events: AuditEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const event = readLine(line);
    if (event === null) return spoiled(index + 1, events);
    events.push(event);
  }
  if ((events[0]?.seq ?? 0) > (events.at(-1)?.seq ?? 0)) events.reverse();
  const unchecked = head === null ? [NO_HEAD] : [];
  if (fromSeq === 1) return { ...walk({ events, mac, head, after: null }), unchecked };
  // What the first event of a part says is signed together with the hash of the event before it, which is not in the file.
  const first = events[0];
  const known = first === undefined ? null : { count: first.seq, hash: first.hash };
  if (known?.count !== fromSeq) {
    const detail = `The file should begin with event ${String(fromSeq)}, but ${beginning(first)}.`;
    return { ok: false, checked: 0, firstBad: fromSeq, detail, unchecked, endsEarly: false };
  }
  const found = walk({ events: events.slice(1), mac, head, after: known });
  return { ...found, unchecked: [...unchecked, firstOfPart(fromSeq)] };
}

const NO_HEAD = 'Whether events are missing at the end: give --head, or --data with audit-head.json in it.';

function firstOfPart(seq: number): string {
  return `What event ${String(seq)} says: that takes event ${String(seq - 1)}, which is not in the file.`;
}

function beginning(first: AuditEvent | undefined): string {
  return first === undefined ? 'it is empty' : `it begins with ${String(first.seq)}`;
}

function walk(parts: {
  readonly events: readonly AuditEvent[];
  readonly mac: (text: string) => string;
  readonly head: ChainHead | null;
  readonly after: ChainHead | null;
}): ChainFinding & { readonly endsEarly: boolean } {
  const { events, mac, head } = parts;
  const after = parts.after ?? { count: 0, hash: CHAIN_START };
  const last = events.at(-1);
  // The end of the file, when nothing else says where the trail ends.
  const end = head ?? (last === undefined ? after : { count: last.seq, hash: last.hash });
  const found = verifyChain({ events, mac, head: end, after });
  const endsEarly = !found.ok && found.checked === (last?.seq ?? after.count) && found.checked < end.count;
  return { ...found, endsEarly };
}

function readLine(line: string): AuditEvent | null {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = auditEvent.safeParse(content);
  // A member twice, one too many or written in another way is not what was signed, although it may read the same.
  if (!parsed.success || JSON.stringify(content) !== line) return null;
  return sameMembers(content, parsed.data) ? parsed.data : null;
}

/** Nothing was dropped by the schema. */
function sameMembers(content: unknown, event: AuditEvent): boolean {
  return memberCount(content) === memberCount(event);
}

function memberCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + 1 + memberCount(member), 0);
}

function spoiled(lineNumber: number, before: readonly AuditEvent[]): ExportFinding {
  const previous = before.at(-1)?.seq;
  const isDescending = (before[0]?.seq ?? 0) > (previous ?? 0);
  const firstBad = previous === undefined ? null : isDescending ? previous - 1 : previous + 1;
  const detail = `Line ${String(lineNumber)} is not an event as the export writes them.`;
  return {
    ok: false,
    checked: 0,
    firstBad: Math.max(1, firstBad ?? 1),
    detail,
    unchecked: [],
    endsEarly: false,
  };
}
