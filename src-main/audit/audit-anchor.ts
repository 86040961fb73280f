import { CHAIN_START, canonicalAudit, type ChainHead, chainInput } from '#main/domain/audit-chain.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { AuditQueries } from '#main/sqlite/audit-queries.ts';
import { type Anchor, type AnchorFinding, readAnchor, writeAnchor } from './audit-head.ts';

/** Where the trail stops to be what was written, and a sentence about it for the operator. */
export interface TrailBreak {
  /** seq of the first event that is bad or missing. */
  readonly firstBad: number;
  readonly detail: string;
}

const EMPTY: ChainHead = { count: 0, hash: CHAIN_START };

/** Keeps the head of the audit trail outside the table, in memory and in a file, and what breaks were found. */
export class AuditAnchor {
  readonly #path: string;
  readonly #keyring: Keyring;
  readonly #logger: Logger;
  #anchor: Anchor = { head: EMPTY, broken: null, firstBad: null };
  #isBehind = false;
  #trailNumber = 0;

  constructor(options: { path: string; keyring: Keyring; logger: Logger }) {
    this.#path = options.path;
    this.#keyring = options.keyring;
    this.#logger = options.logger;
  }

  /** Compares the end of the table with the file at start. A table that is ahead by its last event is what a crash leaves:
   *  the file follows. Anything else is kept as `broken` and shown; verifying goes on, because refusing would let whoever
   *  cut or edited the trail also stop every service. */
  start(audit: AuditQueries): void {
    const found = readAnchor(this.#path, this.#keyring);
    const last = audit.last();
    const head = last === null ? EMPTY : { count: last.seq, hash: last.hash };
    const known = found.kind === 'anchor' ? found : { broken: null, firstBad: null };
    this.#keep({ head, broken: known.broken, firstBad: known.firstBad });
    const ending = this.#endingBreak(audit, found, head);
    if (ending !== null) this.markBroken(ending);
  }

  /** Called after each commit. Does not throw: the command is done, and saying otherwise would be a lie.
   *  A head that could not be written is shown as a warning and written again later. */
  advance(head: ChainHead): void {
    this.#keep({ ...this.#anchor, head });
  }

  /** Keeps a break of the trail until a backup is restored, the earliest one of several. */
  markBroken(found: TrailBreak): void {
    const { broken, firstBad } = this.#anchor;
    if (broken !== null && firstBad !== null && firstBad <= found.firstBad) return;
    this.#logger.error('The audit trail is not as it was written.', { reason: found.detail });
    this.#keep({ ...this.#anchor, broken: found.detail, firstBad: found.firstBad });
  }

  /** After a restore: the trail is the one of the backup, whose head its manifest vouches for. */
  replace(head: ChainHead): void {
    this.#trailNumber += 1;
    this.#keep({ head, broken: null, firstBad: null });
  }

  /** Writes a head again that failed before; call now and then. */
  retry(): void {
    if (this.#isBehind) this.#keep(this.#anchor);
  }

  get anchor(): Anchor {
    return this.#anchor;
  }

  /** Did the disk refuse the newest head? */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Changes when a restore puts another trail in place: what was found out about the former one is void. */
  get trailNumber(): number {
    return this.#trailNumber;
  }

  #keep(anchor: Anchor): void {
    this.#anchor = anchor;
    try {
      writeAnchor(this.#path, anchor, this.#keyring);
      this.#isBehind = false;
    } catch (error) {
      this.#isBehind = true;
      this.#logger.error('The head of the audit trail could not be written.', { error, path: this.#path });
    }
  }

  /** What can be told from the end of the table alone; the rest is found by the check of the whole trail. */
  #endingBreak(audit: AuditQueries, found: AnchorFinding, head: ChainHead): TrailBreak | null {
    const total = audit.total();
    if (total !== head.count) {
      const detail = `The audit trail has ${String(total)} events, but its newest one has number ${String(head.count)}.`;
      return { firstBad: Math.min(total + 1, head.count), detail };
    }
    if (head.count > 0 && !this.#isOurs(audit, head.count)) {
      const detail = `Audit event ${String(head.count)} or the one before it was changed or added by somebody else.`;
      return { firstBad: head.count, detail };
    }
    const known = found.kind === 'missing' ? EMPTY : found.kind === 'anchor' ? found.head : null;
    if (known?.count === head.count && known.hash === head.hash) return null;
    if (known !== null && this.#isOneAhead(audit, known, head)) {
      if (found.kind === 'anchor')
        this.#logger.warn('The head of the audit trail was one event behind, as after a crash.');
      return null;
    }
    return difference(found, head);
  }

  #isOneAhead(audit: AuditQueries, known: ChainHead, head: ChainHead): boolean {
    if (head.count !== known.count + 1) return false;
    return this.#isOurs(audit, head.count, known.hash);
  }

  /** Does the newest event follow `previousHash`, by default the one that is stored before it? */
  #isOurs(audit: AuditQueries, seq: number, previousHash?: string): boolean {
    const events = audit.part(Math.max(0, seq - 2), 2);
    const last = events.at(-1);
    if (last?.seq !== seq) return false;
    const stored = events.length === 2 ? events[0]?.hash : undefined;
    const input = chainInput(previousHash ?? stored ?? CHAIN_START, canonicalAudit(last));
    return this.#keyring.auditMac(input).toString('hex') === last.hash;
  }
}

function difference(found: AnchorFinding, head: ChainHead): TrailBreak {
  const has = `the audit trail has ${String(head.count)} events`;
  switch (found.kind) {
    case 'missing':
      return { firstBad: head.count + 1, detail: `audit-head.json is missing, and ${has}.` };
    case 'forged':
      return { firstBad: head.count + 1, detail: 'audit-head.json was changed by somebody else.' };
    case 'anchor': {
      const { count } = found.head;
      if (count === head.count) {
        const detail = 'The newest audit event is not the one that was written last.';
        return { firstBad: Math.max(1, count), detail };
      }
      const detail = `At the last start or stop there were ${String(count)} audit events; now ${has}.`;
      return { firstBad: Math.min(count, head.count) + 1, detail };
    }
  }
}
