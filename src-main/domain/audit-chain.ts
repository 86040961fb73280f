import type { AuditEvent } from '#contract/audit.ts';

/** An event before its hash is known. */
export type UnhashedEvent = Omit<AuditEvent, 'hash'>;

/** What the chain must end with. Kept outside the table, so that missing events at the end show. */
export interface ChainHead {
  readonly count: number;
  /** Hex of the last event's hash; CHAIN_START when there is none. */
  readonly hash: string;
}

/** The hash "before" the first event. */
export const CHAIN_START = '0'.repeat(64);

/** What a walk along the chain found; `firstBad` as in the contract's audit.verify. */
export interface ChainFinding {
  readonly ok: boolean;
  /** Events that fit. */
  readonly checked: number;
  /** seq of the first event that does not fit, one past the last when events are missing at the end; null when all is well. */
  readonly firstBad: number | null;
  /** A sentence for the operator. */
  readonly detail: string;
}

/** One text for one event, whatever the order of its fields was. Values must be JSON; undefined fields are left out. */
export function canonicalAudit(event: UnhashedEvent): string {
  const { seq, at, actor, action, subject, before, after, reason } = event;
  return canonicalJson({ seq, at, actor, action, subject, before, after, reason });
}

/** What is hashed (HMAC under the audit key) for an event: the hash before it, then the event. */
export function chainInput(previousHashHex: string, canonical: string): string {
  return `${previousHashHex}\n${canonical}`;
}

/** Walks all events, oldest first, and compares the end with the anchored head. For a part of the trail, `after` is where
 *  the part before it ended; `checked` counts from the first event of the whole.
 *  Finds every edited, deleted, inserted, swapped, cut-off or rewritten event, because `mac` (text to hex) needs the key. */
export function verifyChain(parts: {
  readonly events: Iterable<AuditEvent>;
  readonly mac: (text: string) => string;
  readonly head: ChainHead;
  readonly after?: ChainHead;
}): ChainFinding {
  const { events, mac, head, after } = parts;
  let previous = after?.hash ?? CHAIN_START;
  let checked = after?.count ?? 0;
  for (const event of events) {
    const seq = checked + 1;
    if (event.seq !== seq) return bad(checked, seq, `Event ${String(seq)} is missing or out of place.`);
    if (mac(chainInput(previous, canonicalAudit(event))) !== event.hash) {
      return bad(checked, seq, `Event ${String(seq)} or the one before it was changed.`);
    }
    if (seq > head.count) {
      return bad(checked, seq, `The trail should end with event ${String(head.count)}, but more follow.`);
    }
    previous = event.hash;
    checked = seq;
  }
  if (checked < head.count) {
    const count = String(head.count);
    return bad(
      checked,
      checked + 1,
      `The trail ends with event ${String(checked)}, but ${count} were written.`,
    );
  }
  if (previous !== head.hash)
    return bad(checked, Math.max(1, checked), 'The last event is not the one that was written last.');
  return { ok: true, checked, firstBad: null, detail: `All ${String(checked)} events fit.` };
}

function bad(checked: number, firstBad: number, detail: string): ChainFinding {
  return { ok: false, checked, firstBad, detail };
}

/** JSON text that is the same for the same value: members in the order of their names, undefined ones left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}
